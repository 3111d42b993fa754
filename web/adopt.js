// page lists what stands below the root before the app mounts, in document order: the nodes themselves, and their names and numbers of children
// as words. The app adopts them (web/bundle/_goapp/adopt.go).
kabar.page = () => {
  const root = document.getElementById("root"), nodes = [], words = []
  // go-app mounts on the body's first element; what an extension put before the root would be taken for it.
  while (document.body.firstElementChild !== root) document.body.append(document.body.firstElementChild)
  root.normalize()
  const add = n => {
    // A translator puts font elements in place of a text: for the app they are the text.
    const text = n.nodeType == 3 || n.localName == "font"
    const children = text ? [] : [...n.childNodes].filter(c => c.nodeType == 1 || c.nodeType == 3)
    nodes.push(n)
    words.push(text ? "" : n.localName, children.length)
    children.forEach(add)
  }
  add(root)
  return {nodes, words: words.join("\0")}
}
