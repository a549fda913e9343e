import type { MergeTools } from '../merge-text.ts'
import { Parsers } from '../syntax/parsers.ts'
import type { FileTree } from '../trees/file-tree.ts'
import type { FileSymbols, Span } from './file-symbols.ts'
import { referencesOf, type Reference } from './references.ts'
import { resolve } from './resolve.ts'
import { rulesOf } from './rules-of.ts'
import { SymbolReader, TreeView } from './tree-view.ts'

/** Code of another file that a place of a file has to do with. */
export interface RelatedCode {
  /** What a name of the place means, or a place that uses what is declared there. */
  readonly kind: 'definition' | 'use'
  readonly names: readonly string[]
  readonly path: string
  /** Whole lines. */
  readonly text: string
}

/** A place of a file of a tree. */
export interface RelatedInput {
  readonly tree: FileTree
  readonly path: string
  readonly at: Span
  /** Files of the tree that hold one of the words: who uses a declaration writes its name. */
  readonly filesWith: (words: readonly string[]) => Promise<readonly string[]>
  readonly signal?: AbortSignal | undefined
}

/**
 * The declarations in other files that the names of a place mean, in the order of the place, then the places in other files that use what is declared
 * there, or what that stands in, in the order of the files. An abort rejects.
 */
export type FindRelatedCode = (input: RelatedInput) => Promise<readonly RelatedCode[]>

/** Lines before and behind a use. */
const linesAround = 2

export function createFindRelatedCode({ grammars, crypto }: MergeTools): FindRelatedCode {
  const parsers = new Parsers(grammars, crypto)
  return async ({ tree, path, at, filesWith, signal }) => {
    const reader = new SymbolReader(parsers)
    const view = new TreeView(tree, reader)
    const whenRead = async <T>(look: () => T): Promise<T> => {
      for (;;) {
        const seen = look()
        if (!reader.isWaiting) return seen
        await reader.load(signal)
      }
    }
    const definitions = await whenRead(() => definitionsFor(view, path, at))
    const names = await whenRead(() => declaredAt(view.symbols(path), at))
    const users = names.size > 0 ? (await filesWith([...names])).filter((user) => user !== path) : []
    const uses = await whenRead(() => users.flatMap((user) => usesIn(view, user, path, names)))
    return [...definitions, ...uses]
  }
}

function definitionsFor(view: TreeView, path: string, at: Span): readonly RelatedCode[] {
  const found = new Map<string, RelatedCode>()
  const places = referencesIn(view.symbols(path)).flatMap((reference) => {
    const spans = [reference.imported?.nameAt, ...reference.uses.map((use) => use.at)]
    const [first] = spans.filter((span) => span !== undefined && isIn(at, span))
    return first ? [{ target: reference.target, from: first.from }] : []
  })
  for (const { target } of places.toSorted((a, b) => a.from - b.from)) {
    const meant = resolve(view, path, target)
    if (meant.status !== 'here' || !meant.definition || meant.path === path) continue
    const { name, at: span } = meant.definition
    const text = linesOf(view.symbols(meant.path)!, span)
    found.set(`${meant.path}\0${span.from}`, { kind: 'definition', names: [name], path: meant.path, text })
  }
  return [...found.values()]
}

/** What a place declares, and the declarations that it stands in. */
function declaredAt(symbols: FileSymbols | undefined, at: Span): ReadonlySet<string> {
  const names = new Set<string>()
  for (const definition of symbols?.definitions.values() ?? [])
    for (const each of [definition, ...definition.members.values()])
      if (each.at.from < at.end && at.from < each.at.end) names.add(each.name)
  return names
}

function usesIn(view: TreeView, user: string, path: string, names: ReadonlySet<string>): readonly RelatedCode[] {
  const symbols = view.symbols(user)
  const lines = new Map<number, string>()
  for (const { target, imported, uses } of referencesIn(symbols)) {
    if (uses.length === 0 || ![target.name, target.member, imported?.local].some((name) => names.has(name!))) continue
    const meant = resolve(view, user, target)
    if (meant.status !== 'here' || meant.path !== path || !meant.definition || !names.has(meant.definition.name))
      continue
    for (const use of uses) lines.set(symbols!.source.lineAt(use.at.from), meant.definition.name)
  }
  return groupsOf([...lines.keys()].toSorted((a, b) => a - b)).map((group) => ({
    kind: 'use',
    names: [...new Set(group.map((line) => lines.get(line)!))],
    path: user,
    text: allLines(symbols!)
      .slice(Math.max(0, group[0]! - linesAround), group.at(-1)! + linesAround + 1)
      .join(''),
  }))
}

/** Lines that are shown together. */
function groupsOf(lines: readonly number[]): readonly (readonly number[])[] {
  const groups: number[][] = []
  for (const line of lines) {
    const last = groups.at(-1)
    if (last && line - last.at(-1)! <= 2 * linesAround + 1) last.push(line)
    else groups.push([line])
  }
  return groups
}

function referencesIn(symbols: FileSymbols | undefined): readonly Reference[] {
  const rules = symbols && rulesOf(symbols.path)
  return rules ? [...referencesOf(symbols, rules).values()] : []
}

function isIn(at: Span, { from, end }: Span): boolean {
  return at.from <= from && end <= at.end
}

/** The whole lines that a declaration stands on. */
function linesOf(symbols: FileSymbols, { from, end }: Span): string {
  const { source } = symbols
  return allLines(symbols)
    .slice(source.lineAt(from), source.lineAt(Math.max(from, end - 1)) + 1)
    .join('')
}

function allLines({ source }: FileSymbols): readonly string[] {
  return source.text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}
