import { typeMembers } from '../structure/type-members.ts'
import type { AcrossFinding } from './across-finding.ts'
import { placeOf, type Break, type Version, type Views } from './break.ts'
import type { FileSymbols } from './file-symbols.ts'
import type { Reference } from './references.ts'
import { resolve } from './resolve.ts'
import { rulesOf } from './rules-of.ts'
import type { Side } from './what-happened.ts'

const membersOf = ({ source }: FileSymbols): ReadonlyMap<string, number> => typeMembers(source)

/**
 * Members that one side took away from a type, or gave another name, and that the other side uses anew behind a value in a file that names something beside that type: whose value it is
 * nobody knows here, so that this is a guess. No other type that the file knows declares a member of the name, and none was put elsewhere.
 */
export function lostMembers(
  views: Views,
  symbols: FileSymbols,
  versions: readonly Version[],
  references: ReadonlyMap<string, Reference>,
): readonly Break[] {
  const own = membersOf(symbols)
  const behind = placesBehind(symbols, references)
  const breaks: Break[] = []
  for (const { side, path, symbols: version } of versions) {
    const by = side === 'left' ? 'right' : 'left'
    const other = versions.find((each) => each.side === by)
    const [used, usedByOther] = [version, other?.symbols].map(
      (each) => new Set(each ? allBehind(each).map(({ name }) => name) : []),
    )
    const isNew = (name: string): boolean => !own.has(name) && used!.has(name) && !usedByOther!.has(name)
    const names = [...behind.keys()].filter(isNew)
    if (names.length === 0) continue
    const files = filesBehind(views[side], path, references)
    for (const name of names) {
      const found = lostMember(views, side, by, name, files)
      if (!found) continue
      const finding: AcrossFinding = { ...found, used: placeOf(symbols, behind.get(name)!) }
      breaks.push({ finding, symbols, target: { module: '', name }, from: found.declared.path })
    }
  }
  return breaks
}

interface UseBehind {
  readonly name: string
  readonly from: number
}

/** Names that stand behind something, followed or not. */
function allBehind(symbols: FileSymbols): readonly UseBehind[] {
  const { source, uses, path } = symbols
  const fields = rulesOf(path)?.behind
  if (!fields)
    return uses.flatMap(({ name, at, receiver }) => (receiver === undefined ? [] : [{ name, from: at.from }]))
  const found: UseBehind[] = []
  for (let node = 1; node < source.tree.size; node++) {
    const field = fields[source.kind(node)]
    const at = field === undefined ? undefined : source.tree.child(node, field)
    if (at !== undefined) found.push({ name: source.textOf(at), from: source.tree.start[at]! })
  }
  return found
}

/** Of those behind something that is neither a module nor a type whose members are followed, the first place by name. */
function placesBehind(symbols: FileSymbols, references: ReadonlyMap<string, Reference>): ReadonlyMap<string, number> {
  const followed = new Set([...references.values()].flatMap(({ uses }) => uses.map(({ at }) => at.from)))
  const behind = new Map<string, number>()
  for (const { name, from } of allBehind(symbols)) if (!followed.has(from) && !behind.has(name)) behind.set(name, from)
  return behind
}

/** The files of a side that a file has something from. */
function filesBehind({ view }: Side, path: string, references: ReadonlyMap<string, Reference>): ReadonlySet<string> {
  const files = new Set<string>()
  for (const { target } of references.values()) {
    const found = resolve(view, path, { ...target, member: undefined })
    if (found.status === 'here' && found.path !== path) files.add(found.path)
  }
  return files
}

function lostMember(
  views: Views,
  side: Version['side'],
  by: Version['side'],
  name: string,
  files: ReadonlySet<string>,
): Omit<AcrossFinding, 'used'> | undefined {
  let found: Omit<AcrossFinding, 'used'> | undefined
  for (const path of files) {
    const [before, base] = [views[side].view.symbols(path), views.left.base.symbols(path)]
    const now = views.merged.symbols(path)
    if (now && membersOf(now).has(name)) return undefined
    const old = before && membersOf(before)
    const at = old?.get(name)
    if (!before || !old || at === undefined || !base || !membersOf(base).has(name) || !now) continue
    const fresh = [...membersOf(now).keys()].filter((each) => !old.has(each))
    const [to] = fresh
    found = {
      check: 'across',
      reason: fresh.length === 1 ? 'renamed' : 'deleted',
      name,
      by,
      ...(fresh.length === 1 && { to: { name: to!, path } }),
      certainty: 'guessed',
      declared: { path, line: before.source.lineAt(at) },
    }
  }
  return found && !isElsewhere(views[by], name) ? found : undefined
}

/** Has a side put a member of the name into another file? */
function isElsewhere({ base, view, changed }: Side, name: string): boolean {
  return changed.some((path) => {
    const now = rulesOf(path) && view.symbols(path)
    if (!now || !membersOf(now).has(name)) return false
    const before = base.symbols(path)
    return !before || !membersOf(before).has(name)
  })
}
