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
export function splitLast(path: string): readonly [module: string, name: string] {
  const at = path.lastIndexOf('.')
  return [path.slice(0, Math.max(at, 0)), path.slice(at + 1)]
}
