/** The few elements that our charts are made of, as text. */

/** Classes of text with their size in px, and how wide a letter is at most on average in the fonts that a browser takes. */
const sizes = { title: 17, note: 12.5, legend: 12.5, label: 12.5, figure: 11.5, tick: 11.5 } as const
export type TextClass = keyof typeof sizes

const letterWidth = 0.57

/** An upper estimate, in px: nobody knows with which font a page is shown. */
export const widthOf = (content: string, name: TextClass): number => content.length * sizes[name] * letterWidth

/** Lines that are no wider, broken between words. */
export const wrapped = (content: string, name: TextClass, widthMax: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  for (const word of content.split(" ")) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`
    if (lines.length > 0 && widthOf(longer, name) <= widthMax) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}

interface Text {
  readonly x: number
  /** Of the line on which letters stand. */
  readonly y: number
  readonly anchor: "start" | "middle" | "end"
  readonly name: TextClass
}

export const text = ({ anchor, name, x, y }: Text, content: string): string =>
  `<text class="${name}" x="${rounded(x)}" y="${rounded(y)}" text-anchor="${anchor}">${escaped(content)}</text>`

export const rectangle = (of: {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly name: string
}): string =>
  `<rect class="${of.name}" x="${rounded(of.x)}" y="${rounded(of.y)}" width="${rounded(of.width)}" height="${rounded(of.height)}" rx="2"/>`

export const line = (of: {
  readonly x1: number
  readonly y1: number
  readonly x2: number
  readonly y2: number
  readonly name: string
}): string =>
  `<line class="${of.name}" x1="${rounded(of.x1)}" y1="${rounded(of.y1)}" x2="${rounded(of.x2)}" y2="${rounded(of.y2)}"/>`

const rounded = (value: number): string => String(Math.round(value * 10) / 10)

const escaped = (content: string): string =>
  content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")

/** A whole file. Its own background, as an image does not know the page that shows it: a reader may have chosen another theme there
 * than in the system, which is all that the image is told. */
export const svg = (
  of: { readonly width: number; readonly height: number; readonly title: string; readonly description: string },
  parts: ReadonlyArray<string>
): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${of.width} ${rounded(of.height)}" width="${of.width}" height="${rounded(of.height)}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escaped(of.title)}</title>`,
    `<desc id="description">${escaped(of.description)}</desc>`,
    `<style>${style}</style>`,
    `<rect class="page" x="0.5" y="0.5" width="${of.width - 1}" height="${rounded(of.height - 1)}" rx="6"/>`,
    ...parts,
    "</svg>",
    ""
  ].join("\n")

const fonts = Object.entries(sizes).map(([name, size]) => `.${name}{font-size:${size}px}`)

const light = `.page{fill:#fff;stroke:#d0d7de}text{fill:#1f2328}.figure{stroke:#fff}.note,.tick{fill:#57606a}.grid{stroke:#d8dee4}.reference{stroke:#cf222e}
.own1{fill:#0550ae}.own2{fill:#218bff}.own3{fill:#80ccff}.own4{fill:#b6e3ff}
.other1{fill:#57606a}.other2{fill:#8c959f}.other3{fill:#afb8c1}.other4{fill:#d0d7de}`

const dark = `.page{fill:#0d1117;stroke:#30363d}text{fill:#e6edf3}.figure{stroke:#0d1117}.note,.tick{fill:#9198a1}.grid{stroke:#21262d}.reference{stroke:#ff7b72}
.own1{fill:#a5d6ff}.own2{fill:#58a6ff}.own3{fill:#1f6feb}.own4{fill:#0d419d}
.other1{fill:#b1bac4}.other2{fill:#8b949e}.other3{fill:#6e7681}.other4{fill:#484f58}`

const style = `
text{font-family:system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif}
${fonts.join("")}.title{font-weight:600}
.figure{paint-order:stroke;stroke-width:3px;stroke-linejoin:round}
.reference{stroke-width:1.5;stroke-dasharray:4 3}
${light}
@media (prefers-color-scheme:dark){
${dark}
}
`
