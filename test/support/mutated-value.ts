import type { CborValue } from '../../src/lib/cbor.ts'
import type { SeededRandom } from '../../src/lib/seeded-random.ts'

/** Some value of the encoding, most of them wrong wherever they stand. */
function someValue(random: SeededRandom): CborValue {
  return random.pick<() => CborValue>([
    () => random.below(2 ** 31),
    () => 2 ** 53 - 1 - random.below(3),
    () => -1,
    () => null,
    () => true,
    () => random.bytes(random.pick([0, 1, 16, 20, 32])),
    () => random.pick(['', '.git/config', '../x', 'a.txt', '\u0000']),
    () => [],
    () => [[], []],
  ])()
}

/** The value with one of its parts changed; what kind of body or message it is stays. */
export function mutatedValue(random: SeededRandom, value: CborValue, isBody = true): CborValue {
  if (!Array.isArray(value) || (!isBody && random.chance(0.2))) {
    if (!(value instanceof Uint8Array) || !value.length || random.chance(0.2)) return someValue(random)
    const bytes = value.slice()
    bytes[random.below(bytes.length)]! ^= 1 << random.below(8)
    return bytes
  }
  const list = [...(value as readonly CborValue[])]
  const first = isBody ? 1 : 0
  if (list.length <= first) return [...list, someValue(random)]
  const at = first + random.below(list.length - first)
  const kind = random.below(10)
  if (kind === 0) list.splice(at, 1)
  else if (kind === 1) list.splice(at, 0, someValue(random))
  else list[at] = mutatedValue(random, list[at]!, false)
  return list
}
