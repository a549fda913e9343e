import { concat } from '../lib/bytes.ts'
import { isUtf8Path, pathBytes, pathText } from '../objects/path-bytes.ts'

/** Items of a list that git printed with `-z`, bytes that are not UTF-8 as `pathText` has them. */
export function nulItems(output: Uint8Array): readonly string[] {
  const items: string[] = []
  for (let at = 0; at < output.length;) {
    const found = output.indexOf(0, at)
    const end = found < 0 ? output.length : found
    items.push(pathText(output.subarray(at, end)))
    at = end + 1
  }
  return items
}

/** As `nulItems`, without what is not UTF-8: no path of a room is like that. */
export function splitNul(output: Uint8Array): readonly string[] {
  return nulItems(output).filter(isUtf8Path)
}

/** Items as git reads them with `-z`. */
export function joinNul(items: readonly string[]): Uint8Array {
  return concat(...items.map((item) => pathBytes(`${item}\0`)))
}
