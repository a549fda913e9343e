import type { ChangedPart, OtherPlace, SemanticChange } from './file-description.ts'
import { breaksOfChange, breaksOfRemoval } from './compatibility.ts'
import type { Entity } from './entity.ts'
import { extractedEntities, type ExtractedEntity } from './extracted-entities.ts'
import { matchElsewhere, matchInPlace, type EntityPair } from './match-entities.ts'

/** The declarations of a file before and after. */
export interface EntitiesOfFile {
  readonly path: string
  readonly before: readonly Entity[]
  readonly after: readonly Entity[]
}

/** What happened to the declarations of all files of a diff; what moved from one file to another is told in both. */
export function diffEntities(files: readonly EntitiesOfFile[]): ReadonlyMap<string, readonly SemanticChange[]> {
  const matches = files.map(({ before, after }) => matchInPlace(before, after))
  const homes = new Map<Entity, string>()
  for (const { path, before, after } of files)
    for (const entity of [...before, ...after]) for (const inner of entity.withMembers()) homes.set(inner, path)
  const elsewhere = matchElsewhere(
    matches.flatMap(({ removed }) => removed),
    matches.flatMap(({ added }) => added),
  )
  const changes = new Map<string, SemanticChange[]>(files.map(({ path }) => [path, []]))
  const tell = (entity: Entity, change: SemanticChange | undefined): unknown =>
    change && changes.get(homes.get(entity)!)!.push(change)
  const newSources = new Map(files.map(({ path, after }) => [path, after[0]?.source]))
  for (const pair of [...matches.flatMap(({ pairs }) => pairs), ...elsewhere.pairs]) {
    const [from, to] = [homes.get(pair.before)!, homes.get(pair.after)!]
    tell(pair.after, changeOf(pair, from === to ? undefined : from))
    if (from !== to && pair.place === 'elsewhere') tell(pair.before, departureOf(pair, to))
  }
  const texts = files.map(({ path, before, after }) => ({ path, before: before[0]?.source, after: after[0]?.source }))
  const [extracted, inlined] = [
    extractedEntities(elsewhere.added, texts, 'after'),
    extractedEntities(elsewhere.removed, texts, 'before'),
  ].map((found) => new Map(found.map((each) => [each.entity, each])))
  for (const entity of elsewhere.removed) {
    const breaks = breaksOfRemoval(entity, newSources.get(homes.get(entity)!))
    const told = { ...oneSided(entity, 'removed'), ...(breaks.length > 0 && { breaks }) }
    const found = inlined!.get(entity)
    const to = found && otherPlace(found, homes.get(entity)!)
    tell(entity, found ? { ...told, change: 'inlined', to: to!, isGuess: found.isGuess } : told)
  }
  for (const entity of elsewhere.added) {
    const told = oneSided(entity, 'added')
    const found = extracted!.get(entity)
    const from = found && otherPlace(found, homes.get(entity)!)
    tell(entity, found ? { ...told, change: 'extracted', from: from!, isGuess: found.isGuess } : told)
  }
  return changes
}

function changeOf({ before, after, isGuess, place }: EntityPair, from: string | undefined): SemanticChange | undefined {
  const parts = changedParts(before, after)
  const isRenamed = before.name !== after.name
  if (place === 'same' && parts.length === 0) return undefined
  const name = before.path === after.path ? undefined : before.path
  const isElsewhere = place === 'elsewhere'
  const breaks = breaksOfChange(before, after)
  return {
    change: isRenamed ? 'renamed' : place === 'same' ? 'changed' : 'moved',
    entity: after.kind,
    name: after.path,
    ...(isElsewhere && { from: { ...(from !== undefined && { path: from }), ...(name !== undefined && { name }) } }),
    parts,
    ...(from === undefined && { before: before.lines }),
    after: after.lines,
    ...(breaks.length > 0 && { breaks }),
    isGuess,
  }
}

/** What the file says that an entity has left. */
function departureOf({ before, after, isGuess }: EntityPair, path: string): SemanticChange {
  return {
    change: before.name === after.name ? 'moved' : 'renamed',
    entity: before.kind,
    name: before.path,
    to: { path, ...(before.path !== after.path && { name: after.path }) },
    parts: [],
    before: before.lines,
    isGuess,
  }
}

function otherPlace({ path, name }: ExtractedEntity, home: string): OtherPlace {
  return { ...(path !== home && { path }), name }
}

function oneSided(entity: Entity, change: 'added' | 'removed'): SemanticChange {
  const side = change === 'added' ? 'after' : 'before'
  return { change, entity: entity.kind, name: entity.path, parts: [], [side]: entity.lines, isGuess: false }
}

function changedParts(before: Entity, after: Entity): readonly ChangedPart[] {
  const [one, other] = [before.parts, after.parts]
  const parts = (['signature', 'body', 'comment'] as const).filter((part) => one[part] !== other[part])
  if (parts.length > 0 || before.name !== after.name) return parts
  // Of what holds others only the lines between them can tell.
  return one.written === other.written || after.members.length > 0 ? [] : ['white space']
}
