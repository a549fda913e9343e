import { rulesOf } from './across/rules-of.ts'
import { editedText } from './edited-text.ts'
import { plainNames, type PlainNames } from './checks/bindings.ts'
import type { MergeTextInput } from './merge-result.ts'
import type { Sources } from './structure/merge-structure.ts'
import { nameOf } from './structure/name-of.ts'
import type { Source } from './structure/source.ts'

/** A declaration of fewer tokens may be like another one by chance: what was a width may be a height now. */
const tellingTokens = 12
/** Nodes in which a name is also the name of something else, or of another file. */
const doubleMeaning = /shorthand|import|export_spec|use_|using|include|label|value_argument|field_init/

/**
 * The texts of a merge with the new names that one side gave to declarations of the file in the other texts, too, so that the merge is one of what else they changed. A name is taken
 * for renamed if the side has it nowhere, and what it says elsewhere is the declaration as it was, with the other name, which no other text knows. Undefined where there is none.
 */
export function withReplayedNames(input: MergeTextInput, sources: Sources): MergeTextInput | undefined {
  if (!rulesOf(input.path)) return undefined
  const { base, left, right } = sources
  const texts = { base: new NamedText(base), left: new NamedText(left), right: new NamedText(right) }
  const ofLeft = renamesOf(texts.base, texts.left, texts.right)
  const ofRight = renamesOf(texts.base, texts.right, texts.left)
  for (const name of ofLeft.keys()) if (ofRight.has(name)) [ofLeft, ofRight].forEach((each) => each.delete(name))
  if (ofLeft.size + ofRight.size === 0) return undefined
  return {
    ...input,
    base: texts.base.renamed(new Map([...ofLeft, ...ofRight])),
    left: texts.left.renamed(ofRight),
    right: texts.right.renamed(ofLeft),
  }
}

/** By their old name, the new names that a side gave, and that the other one can be given. */
function renamesOf(base: NamedText, side: NamedText, other: NamedText): Map<string, string> {
  const renames = new Map<string, string>()
  const added = [...side.plain.bound.keys()].filter((name) => !base.mentions(name) && !other.mentions(name))
  if (added.length === 0) return renames
  for (const name of base.plain.bound.keys()) {
    if (side.plain.places.has(name) || !other.plain.places.has(name)) continue
    const before = base.declaration(name, name)
    if (before === undefined) continue
    const same = added.filter((each) => side.declaration(each, name) === before)
    const [to] = same
    if (to === undefined || same.length > 1 || [...renames.values()].includes(to)) continue
    const isTelling = before.split('\0').length >= tellingTokens && side.count(to) >= base.count(name)
    const isPlain = base.isPlain(name) && side.isPlain(to) && other.isPlain(name)
    if (isTelling && isPlain && other.bindings(name) <= base.bindings(name)) renames.set(name, to)
  }
  return renames
}

class NamedText {
  readonly plain: PlainNames
  readonly #source: Source
  #words: ReadonlySet<string> | undefined

  constructor(source: Source) {
    this.#source = source
    this.plain = plainNames(source)
  }

  count(name: string): number {
    return this.plain.places.get(name)?.length ?? 0
  }

  bindings(name: string): number {
    return this.plain.bound.get(name) ?? 0
  }

  /** Does the text hold it as a word, whatever it means there? */
  mentions(name: string): boolean {
    this.#words ??= new Set(this.#source.text.match(/[\p{L}\p{N}_$]+/gu))
    return this.#words.has(name)
  }

  /** Has the name one meaning wherever it stands? */
  isPlain(name: string): boolean {
    const source = this.#source
    return (this.plain.places.get(name) ?? []).every(
      (place) => !this.#around(place).some((node) => doubleMeaning.test(source.kind(node))),
    )
  }

  /** The place, and the two nodes around it. */
  #around(place: number): readonly number[] {
    return [...this.#path(place).slice(-2), place]
  }

  /** The nodes that a place is in, from the outermost. */
  #path(place: number): readonly number[] {
    const { next } = this.#source.tree
    const path: number[] = []
    for (let node = 0; node < place;) {
      if (next[node]! <= place) node = next[node]!
      else path.push(node++)
    }
    return path
  }

  /** The tokens of what declares a name, the only one that does, with another name in its place. Undefined where there is none. */
  declaration(name: string, as: string): string | undefined {
    const source = this.#source
    const [place] = this.plain.declared.get(name) ?? []
    if (place === undefined || this.bindings(name) !== 1) return undefined
    const isOfName = (node: number) => /^[\p{L}\p{N}_$]+/u.exec(nameOf(source, node) ?? '')?.[0] === name
    const node = this.#path(place).find(isOfName)
    return node === undefined ? undefined : this.#tokens(node, name, as).join('\0')
  }

  #tokens(node: number, name: string, as: string): readonly string[] {
    const source = this.#source
    if (source.isComment(node)) return []
    const isLeaf = source.isAtomic(node) || source.tree.isLeaf(node)
    if (!isLeaf) return source.children(node).flatMap((child) => this.#tokens(child, name, as))
    const text = source.textOf(node)
    return [text === name ? as : text]
  }

  renamed(names: ReadonlyMap<string, string>): string {
    const { tree, text } = this.#source
    const edits = [...names].flatMap(([name, to]) =>
      (this.plain.places.get(name) ?? []).map((place) => {
        const from = tree.start[place]!
        return { from, end: from + name.length, text: to }
      }),
    )
    // Each place is of one name.
    return editedText(text, edits)!
  }
}
