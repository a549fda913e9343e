import type { AcrossFinding } from './across-finding.ts'
import { placeOf, sideNames, type Break, type Version, type Views } from './break.ts'
import type { FileSymbols } from './file-symbols.ts'
import { rulesOf } from './rules-of.ts'

/** Names that each side declares in a file of its own, where a package has each name once. Files that are not for every system may do that. */
export function doubledNames(views: Views, symbols: FileSymbols, versions: readonly Version[]): readonly Break[] {
  const rules = rulesOf(symbols.path)
  const module = rules?.own?.(symbols.path, symbols.package)
  if (module === undefined || versions.length === 0 || isForSome(symbols)) return []
  const breaks: Break[] = []
  for (const path of rules!.filesOf({ module, from: symbols.path }, views.merged.index) ?? []) {
    const other = path > symbols.path ? views.merged.symbols(path) : undefined
    if (!other || isForSome(other)) continue
    for (const [name, own] of symbols.definitions) {
      const twin = other.definitions.get(name)
      if (!twin || ['init', '_'].includes(name)) continue
      const declares = (side: (typeof sideNames)[number], file: string) =>
        views[side].view.symbols(file)?.definitions.has(name) === true
      if (sideNames.some((side) => declares(side, symbols.path) && declares(side, path))) continue
      const isLeft = declares('left', path)
      const used = placeOf(symbols, own.at.from)
      const declared = placeOf(other, twin.at.from)
      const by = isLeft ? 'left' : 'right'
      const finding: AcrossFinding = {
        check: 'across',
        reason: 'doubled',
        name,
        by,
        certainty: 'certain',
        declared,
        used,
      }
      breaks.push({ finding, symbols, target: { module, name }, from: path })
    }
  }
  return breaks
}

function isForSome({ path, source }: FileSymbols): boolean {
  return /_[a-z0-9]+\.go$/.test(path) || /^\/\/(?:go:build| \+build)/m.test(source.text)
}
