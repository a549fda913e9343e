import type { FileSymbols, ImportedName, NameUse, Span } from './file-symbols.ts'
import type { Break, Views } from './break.ts'
import type { TextEdit } from '../edited-text.ts'
import { resolve } from './resolve.ts'
import { rulesOf } from './rules-of.ts'

/** How the uses of a break follow what was renamed or moved, where that is certain and plain; else undefined. Who calls checks what comes of it. */
export function repair(views: Views, broken: Break): readonly TextEdit[] | undefined {
  const { finding, reference, lost, symbols } = broken
  if (lost) return repairLost(views, broken, lost.uses, lost.imported)
  if (!reference || !finding.to || finding.certainty !== 'certain') return undefined
  const { to } = finding
  const { imported } = reference
  const isMoved = finding.reason === 'moved'
  if (reference.kind === 'own') return isMoved ? undefined : renamedUses(symbols, reference.uses, to.name)
  if (reference.kind === 'qualified')
    return isMoved
      ? to.type === undefined
        ? movedReceiver(views, broken)
        : movedMember(views, broken)
      : reference.uses.map(({ at }) => ({ ...at, text: to.name }))
  if (!imported) return undefined
  return isMoved ? movedImport(views, broken, imported) : renamedImport(views, broken, imported, to.name)
}

function renamedUses(symbols: FileSymbols, uses: readonly NameUse[], to: string): readonly TextEdit[] | undefined {
  if (!isFree(symbols, to) || uses.some(({ isShorthand }) => isShorthand)) return undefined
  return uses.map(({ at }) => ({ ...at, text: to }))
}

/** Whether a file says nothing by a name. */
function isFree(symbols: FileSymbols, name: string): boolean {
  return (
    !symbols.bound.has(name) &&
    !symbols.imports.some((each) => each.local === name) &&
    !symbols.uses.some((use) => use.name === name && use.receiver === undefined)
  )
}

/** The import and all uses; where the new name has another meaning in the file, the import alone, with the old name beside it. */
function renamedImport(
  { merged }: Views,
  { symbols, reference, finding }: Break,
  imported: ImportedName,
  to: string,
): readonly TextEdit[] | undefined {
  const edit = { ...imported.nameAt, text: to }
  const ofPackage = merged.known(finding.to!.path)?.package
  const isOfOther = ofPackage !== undefined && ofPackage !== imported.module
  const packageEdits = isOfOther ? [{ ...imported.moduleAt, text: ofPackage }] : []
  if (imported.isAliased) return [edit, ...packageEdits]
  const uses = reference?.uses ?? []
  const isPlain = !imported.isHandedOn && !symbols.bound.has(imported.local)
  const renamed = isPlain ? renamedUses(symbols, uses, to) : undefined
  if (renamed) return [edit, ...packageEdits, ...renamed]
  return imported.statement && imported.itemAt
    ? [{ ...edit, text: `${to}${imported.aliasSign ?? ' as '}${imported.local}` }]
    : undefined
}

function movedImport({ merged }: Views, broken: Break, imported: ImportedName): readonly TextEdit[] | undefined {
  const { symbols, finding } = broken
  const module = spelled(broken, imported.module, merged.known(finding.to!.path)?.package)
  if (module === undefined) return undefined
  const beside = symbols.imports.filter((each) => each.statementAt.from === imported.statementAt.from)
  const isWholeModule = finding.to!.name === '*' || beside.length === 1
  if (isWholeModule || beside.every((each) => each.itemAt === undefined))
    return [{ ...imported.moduleAt, text: module }]
  if (!imported.itemAt || !imported.statement) return undefined
  const { text } = symbols.source
  const item = text.slice(imported.itemAt.from, imported.itemAt.end)
  const { end } = imported.statementAt
  return [withoutItem(text, imported.itemAt), { from: end, end, text: `\n${imported.statement(module, item)}` }]
}

/** An item of a list with the comma that parts it from the next one, or else from the one before. */
function withoutItem(text: string, { from, end }: Span): TextEdit {
  const next = /^\s*,[^\S\n]*/.exec(text.slice(end))
  if (next) return { from, end: end + next[0].length, text: '' }
  const before = /,\s*$/.exec(text.slice(0, from))
  return { from: from - (before?.[0].length ?? 0), end, text: '' }
}

function spelled({ symbols, from, finding }: Break, module: string, ofPackage: string | undefined): string | undefined {
  const rules = rulesOf(symbols.path)
  return rules?.spell({ module, from: symbols.path, old: from, to: finding.to!.path, package: ofPackage })
}

/** Uses behind the name of a module go behind that of another one. */
function movedReceiver({ merged }: Views, broken: Break): readonly TextEdit[] | undefined {
  const { symbols, reference, finding } = broken
  const { imported, uses, target } = reference!
  // The type itself has moved, or there is no import that could follow.
  if (!imported || target.member !== undefined || imported.name !== '*') return undefined
  const module = spelled(broken, imported.module, merged.known(finding.to!.path)?.package)
  if (module === undefined) return undefined
  const isDotted = imported.local === imported.module
  const local = isDotted ? module : module.slice(module.lastIndexOf('/') + 1)
  const known = symbols.imports.find((each) => each.module === module && each.name === '*')
  const isOnly = symbols.uses.filter((use) => use.receiver === imported.local).length === uses.length
  if (!known && !isFree(symbols, local)) return undefined
  const receivers = uses.map(({ receiverAt }) => ({ ...receiverAt!, text: known?.local ?? local }))
  if (isOnly && !known && !imported.isAliased) return [{ ...imported.moduleAt, text: module }, ...receivers]
  if (isOnly || !imported.statement) return undefined
  const { text } = symbols.source
  const { from, end } = imported.statementAt
  const indent = text.slice(text.lastIndexOf('\n', from) + 1, from)
  if (!known && indent.trim() !== '') return undefined
  return known ? receivers : [{ from: end, end, text: `\n${indent}${imported.statement(module, local)}` }, ...receivers]
}

/** Uses behind the name of a type go behind that of another one, which is imported. */
function movedMember({ merged }: Views, { symbols, reference, finding }: Break): readonly TextEdit[] | undefined {
  const { path, type } = finding.to!
  const module = merged.known(path)?.package
  const imported = reference!.imported
  if (type === undefined || module === undefined) return undefined
  const receivers = reference!.uses.map(({ receiverAt }) => ({ ...receiverAt!, text: type }))
  const isKnown =
    module === symbols.package || symbols.imports.some((each) => each.module === module && each.local === type)
  if (isKnown) return symbols.bound.has(type) && symbols.path !== path ? undefined : receivers
  if (!imported?.statement || !isFree(symbols, type)) return undefined
  const { end } = imported.statementAt
  return [{ from: end, end, text: `\n${imported.statement(module, type)}` }, ...receivers]
}

/** Names whose import or declaration the other side took away, or renamed. */
function repairLost(
  views: Views,
  { symbols, finding, target }: Break,
  uses: readonly NameUse[],
  imported: ImportedName | undefined,
): readonly TextEdit[] | undefined {
  const { to, certainty, reason } = finding
  if (reason === 'renamed' && to && certainty === 'certain') {
    const isBound = symbols.bound.has(to.name) || symbols.imports.some((each) => each.local === to.name)
    if (!isBound || uses.some((use) => use.isShorthand || use.receiver !== undefined)) return undefined
    return uses.map(({ at }) => ({ ...at, text: to.name }))
  }
  if (!imported?.statement || imported.isHandedOn) return undefined
  if (resolve(views.merged, symbols.path, target).status === 'missing') return undefined
  const item = imported.isAliased ? `${imported.name}${imported.aliasSign ?? ' as '}${imported.local}` : imported.name
  // Behind the last import, as long as it stands in a line of its own.
  const { from, end } = symbols.imports.at(-1)?.statementAt ?? { from: 0, end: 0 }
  const { text } = symbols.source
  const indent = text.slice(text.lastIndexOf('\n', from) + 1, from)
  if (end === 0 || indent.trim() !== '') return undefined
  return [{ from: end, end, text: `\n${indent}${imported.statement(imported.module, item)}` }]
}
