import type { SeededRandom } from '../../../src/lib/seeded-random.ts'
import type { Language } from '../../../src/merge/languages/language.ts'
import { nodeFlag, type SyntaxTree } from '../../../src/merge/syntax/syntax-tree.ts'

/** `by` stands where the text had what is from `from` to before `to`. */
export interface Replacement {
  readonly from: number
  readonly to: number
  readonly by: string
}

/** What an edit knows: the base, and a word that stands nowhere else. */
interface Draft {
  readonly tree: SyntaxTree
  readonly language: Language
  readonly random: SeededRandom
  readonly fresh: string
}

/** Undefined where there is nothing to edit in this way. What comes out may be no text of the language. */
type Edit = (draft: Draft) => readonly Replacement[] | undefined

/** White space before an item, up to what stands in front of it. */
function gapBefore({ text }: SyntaxTree, at: number): string {
  return /\s*$/.exec(text.slice(0, at))![0]
}

/** The end of an item with the separator behind it. */
function endWithSeparator({ text }: SyntaxTree, end: number): number {
  return end + /^[ \t]*[,;]?/.exec(text.slice(end))![0].length
}

function itemIn({
  tree,
  language,
  random,
}: Draft): { readonly list: readonly number[]; readonly at: number } | undefined {
  const lists = listsOf(tree, language)
  if (lists.length === 0) return undefined
  const list = random.pick(lists)
  return { list, at: random.below(list.length) }
}

function withFresh(text: string, fresh: string): string | undefined {
  const word = /\p{L}\w{2,}/u.exec(text)?.[0]
  return word === undefined ? undefined : text.replaceAll(word, fresh)
}

/** A copy with another word for one that it has, behind an item of the list. */
const copyItem: Edit = (draft) => {
  const found = itemIn(draft)
  if (!found) return undefined
  const { tree, language, random, fresh } = draft
  const item = found.list[found.at]!
  const text = withFresh(tree.textOf(item), fresh)
  if (text === undefined) return undefined
  const behind = random.chance(0.5) ? item : random.pick(found.list)
  const end = tree.end[behind]!
  const separator = /^[ \t]*([,;])/.exec(tree.text.slice(end))?.[1]
  const ownLines = text.includes('\n') ? '\n\n' : ' '
  const gap = gapBefore(tree, tree.start[item]!) || gapBefore(tree, tree.start[found.list.at(-1)!]!) || ownLines
  if (separator !== undefined) return inserted(endWithSeparator(tree, end), `${gap}${text}${separator}`)
  return inserted(end, `${random.chance(0.3) && language.name !== 'HTML' ? ',' : ''}${gap}${text}`)
}

function inserted(at: number, by: string): readonly Replacement[] {
  return [{ from: at, to: at, by }]
}

const deleteItem: Edit = (draft) => {
  const found = itemIn(draft)
  if (!found) return undefined
  const { tree } = draft
  const item = found.list[found.at]!
  const next = found.list[found.at + 1]
  const [start, end] = [tree.start[item]!, tree.end[item]!]
  if (next !== undefined) return [{ from: start, to: tree.start[next]!, by: '' }]
  return [{ from: found.at > 0 ? tree.end[found.list[found.at - 1]!]! : start, to: end, by: '' }]
}

/** To another place in its list, or in another one of its kind. */
const moveItem: Edit = (draft) => {
  const { tree, language, random } = draft
  const found = itemIn(draft)
  if (!found) return undefined
  const item = found.list[found.at]!
  const parent = tree.parent[item]!
  const alike = listsOf(tree, language).filter(([first]) => tree.kind[tree.parent[first!]!] === tree.kind[parent])
  const target = random.chance(0.7) ? found.list : random.pick(alike)
  const behind = random.pick(target)
  const gap = gapBefore(tree, tree.start[item]!)
  const end = endWithSeparator(tree, tree.end[item]!)
  const text = tree.text.slice(tree.start[item], end)
  const place = endWithSeparator(tree, tree.end[behind]!)
  if (place >= tree.start[item]! - gap.length && tree.start[behind]! <= end) return undefined
  return [{ from: tree.start[item]! - gap.length, to: end, by: '' }, ...inserted(place, (gap || '\n') + text)]
}

const swapItems: Edit = (draft) => {
  const found = itemIn(draft)
  const [first, second] = [found?.list[found.at], found?.list[found.at + 1]]
  if (first === undefined || second === undefined) return undefined
  const { tree } = draft
  return [
    { from: tree.start[first]!, to: tree.end[first]!, by: tree.textOf(second) },
    { from: tree.start[second]!, to: tree.end[second]!, by: tree.textOf(first) },
  ]
}

const changeItem: Edit = (draft) => {
  const found = itemIn(draft)
  if (!found) return undefined
  const { tree, random, fresh } = draft
  const item = found.list[found.at]!
  const by = withFresh(tree.textOf(random.pick(found.list)), fresh)
  return by === undefined ? undefined : [{ from: tree.start[item]!, to: tree.end[item]!, by }]
}

/** A word of the text gets another name everywhere. */
const renameWord: Edit = ({ tree: { text }, fresh, random }) => {
  const words = [...new Set(text.match(/\b[a-z]\w{3,}\b/g))]
  if (words.length === 0) return undefined
  const word = random.pick(words)
  return [...text.matchAll(new RegExp(`(?<![\\w$])${word}(?![\\w$])`, 'g'))].map(({ index }) => ({
    from: index,
    to: index + word.length,
    by: fresh,
  }))
}

const changeLeaf: Edit = ({ tree, fresh, random }) => {
  const leaves: number[] = []
  for (let node = 1; node < tree.size; node++)
    if (tree.isLeaf(node) && tree.is(node, nodeFlag.named) && /^\w{2,}$/.test(tree.textOf(node))) leaves.push(node)
  if (leaves.length === 0) return undefined
  const leaf = random.pick(leaves)
  return [
    { from: tree.start[leaf]!, to: tree.end[leaf]!, by: /^\d/.test(tree.textOf(leaf)) ? fresh.slice(1, -1) : fresh },
  ]
}

const indentItem: Edit = (draft) => {
  const found = itemIn(draft)
  if (!found) return undefined
  const { tree, random } = draft
  const item = found.list[found.at]!
  const text = tree.textOf(item)
  const by = random.chance(0.5) ? text.replaceAll('\n', '\n  ') : text.replaceAll(/\n\s*/g, ' ')
  return by === text ? undefined : [{ from: tree.start[item]!, to: tree.end[item]!, by }]
}

/** In a line of its own, or at the end of one. */
const addComment: Edit = (draft) => {
  const found = itemIn(draft)
  const written = found && commentOf(draft.language, draft.fresh)
  if (!written) return undefined
  const { tree, random } = draft
  const item = found.list[found.at]!
  const gap = gapBefore(tree, tree.start[item]!)
  if (random.chance(0.6)) return inserted(tree.start[item]!, `${written}${gap.includes('\n') ? gap : '\n'}`)
  const lineEnd = tree.text.indexOf('\n', tree.end[item])
  return lineEnd < 0 ? undefined : inserted(lineEnd, ` ${written}`)
}

/** A blank line more or less before an item. */
const spaceItem: Edit = (draft) => {
  const found = itemIn(draft)
  if (!found) return undefined
  const { tree } = draft
  const start = tree.start[found.list[found.at]!]!
  const gap = gapBefore(tree, start)
  if (!gap.includes('\n')) return undefined
  const by = /\n\s*\n/.test(gap) ? gap.replace('\n', '') : `\n${gap}`
  return [{ from: start - gap.length, to: start, by }]
}

const edits: readonly Edit[] = [
  copyItem,
  copyItem,
  copyItem,
  deleteItem,
  deleteItem,
  moveItem,
  moveItem,
  swapItems,
  changeItem,
  renameWord,
  changeLeaf,
  changeLeaf,
  changeLeaf,
  indentItem,
  addComment,
  spaceItem,
]

/** `shrink`: an edit that makes another base, a smaller one as a rule. */
export function editOf(draft: Draft, way?: 'shrink'): readonly Replacement[] | undefined {
  return way && draft.random.chance(0.8) ? deleteItem(draft) : draft.random.pick(edits)(draft)
}

const hashLanguages: readonly string[] = ['Python', 'Ruby', 'Bash', 'GraphQL']

function commentOf({ name }: Language, word: string): string | undefined {
  if (name === 'Markdown') return undefined
  if (name === 'HTML') return `<!-- ${word} -->`
  if (name === 'CSS') return `/* ${word} */`
  return hashLanguages.includes(name) ? `# ${word}` : `// ${word}`
}

/** By list of a tree, which a table of rules tells: its items. */
function listsOf(tree: SyntaxTree, { merge }: Language): readonly (readonly number[])[] {
  const known = listsByTree.get(tree)
  if (known) return known
  const lists: number[][] = []
  for (let node = 0; node < tree.size; node++) {
    if (merge?.lists[tree.kindName(node)] === undefined) continue
    const items = [...tree.children(node)].filter((child) => tree.is(child, nodeFlag.named))
    if (items.length > 0) lists.push(items)
  }
  listsByTree.set(tree, lists)
  return lists
}

const listsByTree = new WeakMap<SyntaxTree, readonly (readonly number[])[]>()
