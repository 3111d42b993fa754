// adopt lets go-app's first mount take over the nodes that the server sent, so that focus, selection, scroll and loaded pictures stay.
//
// go-app has no hydration: it builds a tree of its own and replaces the root with it. It builds in document order, and all at once
// inside start. So for that long the functions that it builds with hand out the nodes that already stand there, in the same order.
// At the first node that differs, the rest of the tree is built anew: the page is then right all the same, only not kept.
function adopt(root, start) {
  const N = Node.prototype, E = Element.prototype, D = Document.prototype
  const {appendChild, replaceChild} = N, {setAttribute} = E, {createElement, createTextNode} = D
  const queue = [], adopted = new Set, kept = new Set
  let next = 0, differs = false, done = false

  // What an extension or a translator put before the root would be taken for it: go-app mounts on the body's first element.
  while (document.body.firstElementChild !== root) document.body.append(document.body.firstElementChild)

  // A translator wraps text in font elements; their text is what stood there.
  for (const font of root.querySelectorAll("font")) font.replaceWith(...font.childNodes)
  root.normalize()
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT)
  for (let n = root; n; n = walk.nextNode()) queue.push(n)

  const take = (fits, make) => {
    let n = queue[next]
    if (!differs && n && fits(n)) { next++; adopted.add(n) } else { differs = true; n = make() }
    kept.add(n)
    return n
  }
  const finish = replaced => {
    if (done) return
    done = true
    delete document.createElement
    delete document.createTextNode
    N.appendChild = appendChild
    N.replaceChild = replaceChild
    E.setAttribute = setAttribute
    // Nodes of the page that the app did not ask for are not its page's.
    if (replaced) for (const n of adopted) if (n.nodeType == 1) for (const c of [...n.childNodes]) kept.has(c) || c.remove()
  }
  document.createElement = tag => take(n => n.localName == tag, () => createElement.call(document, tag))
  document.createTextNode = text => text === "" ? createTextNode.call(document, text) :
    take(n => n.nodeType == 3 && (n.data === text || (n.data = text, true)), () => createTextNode.call(document, text))
  E.setAttribute = function (name, value) {
    if (!adopted.has(this) || this.getAttribute(name) !== value) setAttribute.call(this, name, value)
  }
  N.appendChild = function (child) {
    return adopted.has(child) && child.parentNode === this ? child : appendChild.call(this, child)
  }
  N.replaceChild = function (made, old) {
    if (old !== root) return replaceChild.call(this, made, old)
    finish(true)
    kabar.adopted = differs ? next + " of " + queue.length : "all"
    return made === old ? old : replaceChild.call(this, made, old)
  }
  try { start() } finally { finish(false) }
}
