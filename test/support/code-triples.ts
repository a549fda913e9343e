import type { SeededRandom } from '../../src/lib/seeded-random.ts'
import type { Language } from '../../src/merge/languages/language.ts'
import { Identities } from '../../src/merge/structure/identities.ts'
import { Source } from '../../src/merge/structure/source.ts'
import type { SyntaxTree } from '../../src/merge/syntax/syntax-tree.ts'

/** A text after some edits, and words that stand nowhere else. */
export interface EditedCode {
  readonly text: string
  readonly fresh: readonly string[]
}

/** What an edit knows: the text, its items by list, a word that is new. */
interface Draft {
  readonly source: Source
  readonly lists: readonly (readonly number[])[]
  readonly fresh: string
  readonly random: SeededRandom
}

type Edit = (draft: Draft) => string | undefined

const replaced = ({ text }: Source, from: number, to: number, by: string): string =>
  text.slice(0, from) + by + text.slice(to)

const itemOf = ({ lists, random }: Draft): number => random.pick(random.pick(lists))

/** A copy behind an item, with another word for each that begins with a letter. */
const copyItem: Edit = (draft) => {
  const { source, fresh } = draft
  const item = itemOf(draft)
  const { start, end } = source.tree
  const text = source.textOf(item)
  const word = /\p{L}\w{2,}/u.exec(text)?.[0]
  if (word === undefined) return undefined
  const between = source.text.slice(0, start[item]).match(/\s*$/)![0]
  return replaced(source, end[item]!, end[item]!, `${between}${text.replaceAll(word, fresh)}`)
}

const deleteItem: Edit = (draft) => {
  const { source } = draft
  const item = itemOf(draft)
  const after = /^[,;]?\s*/.exec(source.text.slice(source.tree.end[item]))![0]
  return replaced(source, source.tree.start[item]!, source.tree.end[item]! + after.length, '')
}

const swapItems: Edit = ({ source, lists, random }) => {
  const list = random.pick(lists)
  const at = random.below(list.length - 1)
  const [first, second] = [list[at], list[at + 1]]
  if (first === undefined || second === undefined) return undefined
  const { start, end } = source.tree
  const between = source.text.slice(end[first], start[second])
  return replaced(source, start[first]!, end[second]!, source.textOf(second) + between + source.textOf(first))
}

const renameWord: Edit = ({ source, fresh, random }) => {
  const words = [...new Set(source.text.match(/\b[a-z]\w{3,}\b/g))]
  return words.length === 0
    ? undefined
    : source.text.replaceAll(new RegExp(`(?<![\\w$])${random.pick(words)}(?![\\w$])`, 'g'), fresh)
}

const changeLeaf: Edit = ({ source, fresh, random }) => {
  const leaves: number[] = []
  for (let node = 1; node < source.tree.size; node++)
    if (source.tree.isLeaf(node) && /^\w{2,}$/.test(source.textOf(node)) && source.isNamed(node)) leaves.push(node)
  const leaf = random.pick(leaves)
  return replaced(source, source.tree.start[leaf]!, source.tree.end[leaf]!, fresh)
}

const indentItem: Edit = (draft) => {
  const { source } = draft
  const item = itemOf(draft)
  const { start, end } = source.tree
  return replaced(source, start[item]!, end[item]!, source.textOf(item).replaceAll('\n', '\n  '))
}

const edits: readonly Edit[] = [
  copyItem,
  copyItem,
  deleteItem,
  swapItems,
  renameWord,
  changeLeaf,
  changeLeaf,
  indentItem,
]

/** A text with up to five edits that leave it without errors. `parse`: undefined for what is out of bounds. */
export function editedCode(
  base: string,
  language: Language,
  parse: (text: string) => SyntaxTree | undefined,
  random: SeededRandom,
  side: string,
): EditedCode {
  let text = base
  const fresh: string[] = []
  const wanted = random.below(6)
  for (let i = 0; i < 3 * wanted && fresh.length < wanted; i++) {
    const tree = parse(text)!
    const source = new Source(tree, language, language.merge!, new Identities())
    const word = `${side}${fresh.length}${random.below(1e6)}x`
    const lists = listsOf(source)
    if (lists.length === 0) break
    const edited = random.pick(edits)({ source, lists, fresh: word, random })
    if (edited === undefined || parse(edited)?.errorCount() !== 0) continue
    text = edited
    fresh.push(word)
  }
  return { text, fresh: fresh.filter((word) => text.includes(word)) }
}

function listsOf(source: Source): readonly (readonly number[])[] {
  const lists: number[][] = []
  for (let node = 0; node < source.tree.size; node++) {
    if (source.rules.lists[source.kind(node)] === undefined) continue
    const items = source.children(node).filter((child) => source.isNamed(child))
    if (items.length > 1) lists.push(items)
  }
  return lists
}
