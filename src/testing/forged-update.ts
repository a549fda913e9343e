import { concat, utf8 } from '../lib/bytes.ts'

/** A unit of a Yjs document: client and clock. */
export type UnitId = readonly [client: number, clock: number]

/** An item as its writer claims it; without neighbours it names the root text `t`. */
export interface ForgedItem {
  readonly left?: UnitId | undefined
  readonly right?: UnitId | undefined
  readonly text: string
}

/** A Yjs update (encoding V1) written by hand: items of one client, and the integers of its delete set. */
export function forgedUpdate(
  client: number,
  clock: number,
  items: readonly ForgedItem[],
  deleted: readonly number[] = [0],
): Uint8Array {
  const parts = [varints(...(items.length ? [1, items.length, client, clock] : [0]))]
  for (const { left, right, text } of items) {
    parts.push(Uint8Array.of(4 | (left ? 0x80 : 0) | (right ? 0x40 : 0)), varints(...(left ?? []), ...(right ?? [])))
    if (!left && !right) parts.push(varints(1, 1), utf8('t'))
    const content = utf8(text)
    parts.push(varints(content.length), content)
  }
  return concat(...parts, varints(...deleted))
}

/** Unsigned integers in groups of seven bits, the lowest first. */
export function varints(...values: readonly number[]): Uint8Array {
  const out: number[] = []
  for (let value of values) {
    for (; value > 127; value = Math.floor(value / 128)) out.push((value % 128) | 0x80)
    out.push(value)
  }
  return Uint8Array.from(out)
}
