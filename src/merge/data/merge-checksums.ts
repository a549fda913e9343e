import { mergeKeyOrder } from './key-order.ts'
import { inForm, mergedForm, plainText } from './text-form.ts'

const line = /^(\S+ \S+) (h1:\S+)$/

/**
 * go.sum: lines `module version hash`, in any order. Undefined where a line is none, stands twice, or the sides have two hashes for one
 * version of a module.
 */
export function mergeChecksums(base: string, left: string, right: string): string | undefined {
  const [ofBase, ofLeft, ofRight] = [plainText(base), plainText(left), plainText(right)]
  if (!ofBase || !ofLeft || !ofRight) return undefined
  const maps = [ofBase.text, ofLeft.text, ofRight.text].map(hashesOf)
  const [inBase, inLeft, inRight] = maps
  if (!inBase || !inLeft || !inRight) return undefined
  const merged = new Map<string, string>()
  for (const key of new Set([...inLeft.keys(), ...inRight.keys()])) {
    const [was, one, other] = [inBase.get(key), inLeft.get(key), inRight.get(key)]
    if (one !== undefined && other !== undefined && one !== other) return undefined
    // A hash that changed is no new version: whoever did that has to look.
    if (was !== undefined && (one ?? other) !== was) return undefined
    const isGone = was !== undefined && (one === undefined || other === undefined)
    if (!isGone) merged.set(key, (one ?? other)!)
  }
  const order = mergeKeyOrder({
    base: [...inBase.keys()],
    left: [...inLeft.keys()],
    right: [...inRight.keys()],
    kept: new Set(merged.keys()),
    rank: () => 0,
  })
  const text = order.keys.map((key) => `${key} ${merged.get(key)}\n`).join('')
  return inForm(text, mergedForm(ofBase.form, ofLeft.form, ofRight.form))
}

function hashesOf(text: string): ReadonlyMap<string, string> | undefined {
  const hashes = new Map<string, string>()
  if (text === '\n') return hashes
  for (const row of text.slice(0, -1).split('\n')) {
    const [, key, hash] = line.exec(row) ?? []
    if (!key || hashes.has(key)) return undefined
    hashes.set(key, hash!)
  }
  return hashes
}
