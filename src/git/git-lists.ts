import { fromUtf8 } from '../lib/bytes.ts'

/** Items of a list that git printed with `-z`; undefined where one is not UTF-8. */
export function nulItems(output: Uint8Array): readonly (string | undefined)[] {
  const items: (string | undefined)[] = []
  for (let at = 0; at < output.length;) {
    const found = output.indexOf(0, at)
    const end = found < 0 ? output.length : found
    items.push(fromUtf8(output.subarray(at, end)))
    at = end + 1
  }
  return items
}

/** As `nulItems`, without what is not UTF-8: no path of a room is like that. */
export function splitNul(output: Uint8Array): readonly string[] {
  return nulItems(output).filter((item) => item !== undefined)
}

/** Items as git reads them with `-z`. */
export function joinNul(items: readonly string[]): string {
  return items.map((item) => `${item}\0`).join('')
}
