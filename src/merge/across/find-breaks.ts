import { fits } from '../checks/arity.ts'
import { isShifted } from '../checks/parameter-names.ts'
import type { PlacedFile } from '../trees/place-files.ts'
import type { AcrossFinding, AcrossPlace } from './across-finding.ts'
import { placeOf, sideNames, type Break, type Version, type Views } from './break.ts'
import { doubledNames } from './doubled-names.ts'
import type { Definition, FileSymbols, NameUse } from './file-symbols.ts'
import { lostMembers } from './lost-members.ts'
import { referencesOf, type Reference } from './references.ts'
import { resolve, type Resolved, type Target } from './resolve.ts'
import { rulesOf } from './rules-of.ts'
import type { TreeView } from './tree-view.ts'
import { whatHappened, type Happened, type Side } from './what-happened.ts'

/** Everything in a merged file that fits on the side that has it and not in the merge. What does not fit on a side is that side's own affair. */
export function findBreaks(views: Views, placed: PlacedFile): readonly Break[] {
  const rules = rulesOf(placed.path)
  const symbols = rules && views.merged.symbols(placed.path)
  if (!rules || !symbols) return []
  const versions: Version[] = []
  for (const side of sideNames) {
    const path = placed.paths[side]
    const read = path === undefined ? undefined : views[side].view.symbols(path)
    if (path !== undefined && read) versions.push({ side, path, symbols: read, references: referencesOf(read, rules) })
  }
  const breaks: Break[] = []
  const references = referencesOf(symbols, rules)
  for (const reference of references.values()) {
    const found = breakOf(views, placed, symbols, versions, reference)
    if (found) breaks.push(found)
  }
  const doubled = rules.isShared ? doubledNames(views, symbols, versions) : []
  const members = lostMembers(views, symbols, versions, references)
  return [...breaks, ...doubled, ...lostNames(views, placed, symbols, versions), ...members]
}

function breakOf(
  views: Views,
  placed: PlacedFile,
  symbols: FileSymbols,
  versions: readonly Version[],
  reference: Reference,
): Break | undefined {
  const { key, target } = reference
  const holders = versions.filter(({ references }) => references.has(key))
  if (holders.length === 0) return undefined
  const merged = resolve(views.merged, placed.path, target)
  const known = holders.map(({ side, path }) => resolve(views[side].view, path, target))
  if (known.some(({ status }) => status !== 'here')) return undefined
  const [here] = known as [Resolved & { status: 'here' }]
  // What lay in the tree of a side and is no longer there has not become a package from elsewhere.
  if (merged.status === 'outside' && views.merged.tree.has(here.path)) return undefined
  // Of a type that is gone its name tells already.
  const isOfType = target.member !== undefined && merged.status !== 'here'
  if (isOfType && resolve(views.merged, placed.path, { ...target, member: undefined }).status !== 'here')
    return undefined
  if (merged.status === 'here') return misfit(views, symbols, reference, holders, known, merged)
  const by = changer(views, placed, target, holders)
  // The file that uses it has gone elsewhere, and names what stayed.
  const isStill = holders.every(({ path }) => path !== placed.path) && holds(views.merged, here)
  const happened = isStill
    ? stayed(here, target)
    : here.definition && target.name !== '*'
      ? happenedTo(views, by, here, target)
      : (moduleHappened(views[by], here.path) ?? (target.name === '*' ? undefined : gone))
  if (!happened) return undefined
  const at = reference.imported?.nameAt.from ?? 0
  const use = reference.uses[0]?.at.from ?? at
  return {
    finding: findingOf(views, by, here, target, happened, placeOf(symbols, use)),
    symbols,
    target,
    from: here.path,
    reference,
  }
}

function holds(view: TreeView, { path, definition }: Resolved & { status: 'here' }): boolean {
  const symbols = view.symbols(path)
  return symbols !== undefined && (!definition || symbols.definitions.has(definition.name))
}

const gone: Happened = { reason: 'deleted', certainty: 'certain' }

function stayed({ path }: Resolved & { status: 'here' }, { name }: Target): Happened {
  return { reason: 'moved', certainty: 'certain', to: { name, path } }
}

/** The side that took away what is missing. */
function changer(
  views: Views,
  placed: PlacedFile,
  target: Target,
  holders: readonly Version[],
): (typeof sideNames)[number] {
  for (const side of sideNames) {
    const path = placed.paths[side] ?? placed.path
    const found = resolve(views[side].view, path, target)
    if (found.status !== 'here' && !holders.some((each) => each.side === side)) return side
  }
  return holders[0]!.side === 'left' ? 'right' : 'left'
}

/** A file that is gone may have another name. */
function moduleHappened({ view, renames }: Side, path: string): Happened | undefined {
  if (view.tree.has(path)) return undefined
  const to = renames.get(path)?.to
  if (to === undefined) return { reason: 'deleted', certainty: 'certain' }
  return { reason: 'moved', certainty: 'certain', to: { name: '*', path: to } }
}

function happenedTo(
  views: Views,
  by: (typeof sideNames)[number],
  { path, definition }: Resolved & { status: 'here' },
  target: Target,
): Happened {
  return whatHappened(views[by], path, definition!, target.member === undefined ? undefined : target.name)
}

function findingOf(
  views: Views,
  by: (typeof sideNames)[number],
  { path, definition }: Resolved & { status: 'here' },
  target: Target,
  { reason, certainty, to }: Happened,
  used: AcrossPlace,
): AcrossFinding {
  const name = target.member ?? (target.name === '*' ? target.module : target.name)
  const declared = { path, line: definition ? lineIn(views, path, definition.at.from) : 0 }
  return { check: 'across', reason, name, by, ...(to && { to }), certainty, declared, used }
}

function lineIn(views: Views, path: string, at: number): number {
  for (const view of [views.left.base, views.left.view, views.right.view]) {
    const symbols = view.known(path)
    if (symbols) return symbols.source.lineAt(at)
  }
  return 0
}

/** A call that fits what its own side declares, and not what the merge does, or that gives its arguments for other parameters there. */
function misfit(
  views: Views,
  symbols: FileSymbols,
  reference: Reference,
  holders: readonly Version[],
  known: readonly Resolved[],
  merged: Resolved & { status: 'here' },
): Break | undefined {
  const { target } = reference
  const arity = merged.definition?.arity
  if (!arity) return undefined
  const callersOf = (given: number) =>
    holders.flatMap(({ side, references }, at) => {
      const calls = references.get(reference.key)!.uses.some((each) => each.given === given)
      const own = known[at]!
      return calls && own.status === 'here' ? [{ side, own: own.definition }] : []
    })
  const isMisfit = ({ given }: NameUse): boolean => {
    if (given === undefined) return false
    const callers = callersOf(given)
    const namesNow = merged.definition?.parameters
    const isAmiss = (own: Definition | undefined): boolean =>
      own?.arity !== undefined &&
      fits(own.arity, given) &&
      (!fits(arity, given) || isShifted(own.parameters?.() ?? [], namesNow?.() ?? [], given))
    return callers.length > 0 && callers.every(({ own }) => isAmiss(own))
  }
  const use = reference.uses.find(isMisfit)
  if (!use) return undefined
  const callers = callersOf(use.given!)
  const by = callers[0]!.side === 'left' ? 'right' : 'left'
  const declared = {
    path: merged.path,
    line: views.merged.known(merged.path)?.source.lineAt(merged.definition.at.from) ?? 0,
  }
  const name = target.member ?? target.name
  const used = placeOf(symbols, use.at.from)
  const finding: AcrossFinding = {
    check: 'across',
    reason: 'signature',
    name,
    by,
    certainty: 'certain',
    declared,
    used,
  }
  return { finding, symbols, target, from: merged.path, reference }
}

/** Names that a merged file uses and no longer binds, though the side that uses them binds them at its top, by a declaration or an import. */
function lostNames(
  views: Views,
  placed: PlacedFile,
  symbols: FileSymbols,
  versions: readonly Version[],
): readonly Break[] {
  if (versions.length < 2) return []
  const isBound = (file: FileSymbols, name: string) =>
    file.bound.has(name) || file.imports.some((each) => each.local === name && !each.isHandedOn)
  const unbound = new Map<string, NameUse[]>()
  for (const use of symbols.uses) {
    const name = use.receiver === undefined ? use.name : use.receiver
    if (isBound(symbols, name)) continue
    unbound.set(name, [...(unbound.get(name) ?? []), use])
  }
  const breaks: Break[] = []
  for (const [name, uses] of unbound) {
    const users = versions.filter(({ symbols: { uses: all } }) =>
      all.some((use) => (use.receiver === undefined ? use.name === name : use.receiver === name)),
    )
    const binder = users.find((each) => isBound(each.symbols, name))
    if (!binder || !users.every((each) => isBound(each.symbols, name))) continue
    const found = lostName(views, placed, symbols, binder, name, uses)
    if (found) breaks.push(found)
  }
  return breaks
}

function lostName(
  views: Views,
  placed: PlacedFile,
  symbols: FileSymbols,
  binder: Version,
  name: string,
  uses: readonly NameUse[],
): Break | undefined {
  const by = binder.side === 'left' ? 'right' : 'left'
  const imported = binder.symbols.imports.find((each) => each.local === name)
  const used = placeOf(symbols, uses[0]!.at.from)
  const [own, type] = ownOf(binder.symbols, name)
  if (own) {
    const here: Resolved & { status: 'here' } = {
      status: 'here',
      path: placed.paths.base ?? binder.path,
      definition: own,
    }
    const target = { module: '', name: type ?? name, ...(type !== undefined && { member: name }) }
    const happened = happenedTo(views, by, here, target)
    return {
      finding: findingOf(views, by, here, target, happened, used),
      symbols,
      target,
      from: here.path,
      lost: { uses },
    }
  }
  if (!imported) return undefined
  const target = { module: imported.module, name: imported.name }
  const before = resolve(views[binder.side].view, binder.path, target)
  const now = resolve(views.merged, placed.path, target)
  const here: Resolved & { status: 'here' } = before.status === 'here' ? before : { status: 'here', path: binder.path }
  const isGone = before.status === 'here' && before.definition && now.status === 'missing'
  const happened: Happened = isGone ? happenedTo(views, by, here, target) : { reason: 'deleted', certainty: 'certain' }
  const finding = findingOf(views, by, here, { module: '', name }, happened, used)
  return { finding, symbols, target, from: here.path, lost: { uses, imported } }
}

/** A declaration at the top of a file, or the only one of its name in a type. */
function ownOf({ definitions }: FileSymbols, name: string): readonly [Definition | undefined, type?: string] {
  const own = definitions.get(name)
  if (own) return [own]
  const types = [...definitions.values()].filter(({ members }) => members.has(name))
  return types.length === 1 ? [types[0]!.members.get(name), types[0]!.name] : [undefined]
}
