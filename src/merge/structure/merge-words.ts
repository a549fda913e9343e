import { changesBetween, commonRuns } from '../../lib/myers.ts'
import { type Chunk, diff3 } from '../diff3.ts'
import type { LineChange } from '../line-diff.ts'
import type { LineRange } from '../merge-result.ts'

/** Comparisons that the merge of one comment may take. */
const maxSteps = 1 << 20

/** Three versions of a comment merged word by word, or undefined where both sides changed the same words or neighbouring ones. */
export function mergeWords(base: string, left: string, right: string): string | undefined {
  const known = new Map<string, number>()
  const [inBase, inLeft, inRight] = [base, left, right].map((text) => words(text, known)) as [Words, Words, Words]
  const ofLeft = changes(inBase, inLeft)
  const ofRight = ofLeft && changes(inBase, inRight)
  if (!ofRight) return undefined
  let text = ''
  let at = 0
  for (const chunk of diff3(ofLeft, ofRight, { left: inLeft.ids, right: inRight.ids })) {
    text += inBase.tokens.slice(at, chunk.base.from).join('')
    at = chunk.base.end
    const merged = merge(chunk, inBase, inLeft, inRight)
    if (merged === undefined) return undefined
    text += merged
  }
  return text + inBase.tokens.slice(at).join('')
}

/** A side that changed nothing but white space leaves the place to the other one. */
function merge(
  { changed, base, left, right }: Chunk,
  inBase: Words,
  inLeft: Words,
  inRight: Words,
): string | undefined {
  const texts = [textOf(inBase, base), textOf(inLeft, left), textOf(inRight, right)] as const
  if (changed !== 'both') return texts[changed === 'right' ? 2 : 1]
  const said = texts.map((text) => text.replaceAll(/\s+/g, ''))
  return said[0] === said[1] ? texts[2] : said[0] === said[2] ? texts[1] : undefined
}

function textOf({ tokens }: Words, { from, end }: LineRange): string {
  return tokens.slice(from, end).join('')
}

interface Words {
  readonly tokens: readonly string[]
  readonly ids: Uint32Array
}

function words(text: string, known: Map<string, number>): Words {
  const tokens = text.match(/\n[ \t]*|[^\S\n]+|[\p{L}\p{N}_]+|./gu) ?? []
  const ids = Uint32Array.from(tokens, (token) => {
    let id = known.get(token)
    if (id === undefined) known.set(token, (id = known.size))
    return id
  })
  return { tokens, ids }
}

function changes(base: Words, side: Words): readonly LineChange[] | undefined {
  const runs = commonRuns(base.ids, side.ids, { steps: maxSteps })
  return runs && changesBetween(runs, base.ids, side.ids)
}
