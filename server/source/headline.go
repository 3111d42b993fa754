package source

import (
	"regexp"
	"strings"
	"unicode"
)

// spelled are words whose capitals are not those of a name: acronyms of the offices and their elections, and the few with both.
var spelled = func() map[string]string {
	m := map[string]string{}
	for w := range strings.FieldsSeq("KPU KIP PPK PPS KPPS PPLN KPPSLN DPT DPTb DPK DPS DPSHP DPSHPA DP4 PDPB TPS PKPU DKPP MK MA DPR DPRD DPD MPR RI NKRI TNI KTP E-KTP KK NIK " +
		"ASN PNS PPPK CPNS SK SOP UU UUD PP PAW FGD HUT BPS BPK BPD BPBD BPJS BNN BKD BKN APBN APBD BUMN BUMD BUMDes RT RW SD SMP SMA SMK MTs MI MAN PKK PAUD KB KUA " +
		"PPID SPIP SAKIP LHKPN WBK WBBM ZI JDIH SPBE RKPD RPJMD RPJMDes RKA DIPA LPJ OPD SKPD UPT DIY DKI NTT NTB IKN MoU PDF QR IT TV USB COVID-19 AHY PT CV RS RSUD UMKM BLT DD ADD " +
		"II III IV VI VII VIII IX XI XII XIII XIV XV XVI XVII XVIII XIX XX WIB WITA WIT LO ODGJ") {
		m[strings.ToUpper(w)] = w
	}
	return m
}()

// small are words that a headline writes small unless it begins with them.
var small = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq("dan atau di ke dari yang untuk pada dengan dalam oleh bagi serta tentang terhadap sebagai para per guna agar demi hingga sampai antara atas secara the of and in for") {
		m[w] = true
	}
	return m
}()

var (
	headlineWord = regexp.MustCompile(`[\p{L}\p{N}]+(?:['’‘][\p{L}\p{N}]+)*`)
	spelledWord  = regexp.MustCompile(`(?:COVID-19|E-KTP)\b`)
)

// readable turns a title in capitals throughout into one that can be read: each word with a capital, small words small, acronyms as they
// are. Any other title stays as it is.
func readable(title string) string {
	if !shouted(title) {
		return title
	}
	var b strings.Builder
	last, first := 0, true
	keep := spelledWord.FindAllStringIndex(title, -1)
	for _, i := range headlineWord.FindAllStringIndex(title, -1) {
		b.WriteString(title[last:i[0]])
		w := title[i[0]:i[1]]
		hyphen := i[0] > 0 && title[i[0]-1] == '-' || i[1] < len(title) && title[i[1]] == '-'
		kept := false
		for _, k := range keep {
			kept = kept || k[0] <= i[0] && i[1] <= k[1]
		}
		if !kept {
			w = headlineCase(w, first || hyphen || strings.ContainsAny(title[last:i[0]], ":?!.\"“"))
		}
		b.WriteString(w)
		last, first = i[1], false
	}
	return b.String() + title[last:]
}

// shouted reports whether a title is in capitals, and long enough to be more than an acronym.
func shouted(title string) bool {
	letters := 0
	for _, r := range title {
		if unicode.IsLower(r) {
			return false
		}
		if unicode.IsUpper(r) {
			letters++
		}
	}
	return letters >= 8 && strings.Contains(title, " ")
}

func headlineCase(w string, begins bool) string {
	lower := strings.ToLower(w)
	switch {
	case spelled[w] != "":
		return spelled[w]
	case strings.ContainsAny(w, "0123456789") || !strings.ContainsAny(w, "AIUEOY") && len(w) > 1 && len(w) <= 6: // PPDP, P3K, H2
		return w
	case small[lower] && !begins:
		return lower
	}
	r := []rune(lower)
	r[0] = unicode.ToUpper(r[0])
	return string(r)
}
