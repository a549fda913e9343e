import type { Source } from '../../structure/source.ts'
import type { ImportedName } from '../file-symbols.ts'
import { spanOf } from '../read-symbols.ts'
import type { PathIndex } from '../path-index.ts'
import type { ModuleRequest } from '../module-rules.ts'

/** The files of a package of Java or Kotlin: of all folders that its name ends, the one that is named after what is looked for first. */
export function packageFiles(
  { module, name }: ModuleRequest,
  index: PathIndex,
  ending: string,
): readonly string[] | undefined {
  const folders = module === '' ? [''] : index.foldersAt(module.replaceAll('.', '/'))
  const files = folders.flatMap((folder) => index.filesIn(folder)).filter((path) => path.endsWith(`.${ending}`))
  const isNamed = (path: string) => path.endsWith(`/${name}.${ending}`) || path === `${name}.${ending}`
  return files.length === 0 ? undefined : [...files.filter(isNamed), ...files.filter((path) => !isNamed(path))]
}

/** The package and the name of a dotted path. */
function splitLast(path: string): readonly [module: string, name: string] {
  const at = path.lastIndexOf('.')
  return [path.slice(0, Math.max(at, 0)), path.slice(at + 1)]
}

/** What an import of one name of a package brings. `path`: the node of its dotted path; `mark`: what ends the statement. */
export function dottedImport(
  source: Source,
  node: number,
  path: number,
  { alias, mark = '' }: { readonly alias?: number | undefined; readonly mark?: string },
): ImportedName {
  const [module, own] = splitLast(source.textOf(path))
  const { from, end } = spanOf(source, path)
  return {
    module,
    name: own,
    local: alias === undefined ? own : source.textOf(alias),
    nameAt: { from: end - own.length, end },
    moduleAt: { from, end: from + module.length },
    statementAt: spanOf(source, node),
    statement: (target, item) => `import ${target}.${item}${mark}`,
    isAliased: alias !== undefined,
    isHandedOn: false,
  }
}
