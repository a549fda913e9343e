const cr = 0x0d
const lf = 0x0a

interface LineEnds {
  readonly loneLf: number
  readonly loneCr: number
  readonly crlf: number
  readonly isBinary: boolean
}

/** Bytes that Git does not expect in text; NUL is one of them. */
function isOdd(byte: number): boolean {
  return byte === 0x7f || (byte < 0x20 && ![0x08, 0x09, 0x0c, 0x1b].includes(byte))
}

/** As git's convert.c counts: no text has a NUL, a CR alone, or more than one odd byte to 128 others. */
function lineEndsOf(content: Uint8Array): LineEnds {
  let [loneLf, loneCr, crlf, odd, others] = [0, 0, 0, 0, 0]
  for (const [at, byte] of content.entries()) {
    if (byte === cr) {
      if (content[at + 1] === lf) crlf++
      else loneCr++
    } else if (byte === lf) {
      if (content[at - 1] !== cr) loneLf++
    } else if (isOdd(byte)) odd++
    else others++
  }
  // An end-of-file mark of old systems.
  if (content.at(-1) === 0x1a) odd--
  return { loneLf, loneCr, crlf, isBinary: loneCr > 0 || content.includes(0) || odd > others >> 7 }
}

/** What Git stores of a file: LF for CRLF; with `isAuto` only in what looks like text. */
export function toStored(content: Uint8Array, isAuto: boolean): Uint8Array {
  if (!content.includes(cr)) return content
  const found = lineEndsOf(content)
  if (!found.crlf || (isAuto && found.isBinary)) return content
  return content.filter((byte, at) => byte !== cr || content[at + 1] !== lf)
}

/** What Git writes to disk where lines end in CRLF; with `isAuto` only for what looks like text and has no CR yet. */
export function toCrlf(content: Uint8Array, isAuto: boolean): Uint8Array {
  const found = lineEndsOf(content)
  if (!found.loneLf || (isAuto && (found.loneCr || found.crlf || found.isBinary))) return content
  const out = new Uint8Array(content.length + found.loneLf)
  let to = 0
  for (const [at, byte] of content.entries()) {
    if (byte === lf && content[at - 1] !== cr) out[to++] = cr
    out[to++] = byte
  }
  return out
}

/** Has a stored text CRLF? Then Git leaves the line ends of its file alone where it only guesses. */
export function hasCrlf(content: Uint8Array): boolean {
  return content.includes(cr) && lineEndsOf(content).crlf > 0
}
