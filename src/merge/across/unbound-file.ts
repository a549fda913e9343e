import type { TreeFile } from '../trees/file-tree.ts'
import type { AcrossResult } from './merge-across.ts'

/** A merged file that only names speak against, which have lost what they mean. */
export interface UnboundFile {
  readonly file: TreeFile
  readonly names: readonly string[]
}

/** The files in which every such name has followed what it means, as they are then. `across` was looked for in a merge that has these files. */
export function boundFiles(
  unbound: ReadonlyMap<string, Pick<UnboundFile, 'names'>>,
  { files, findings, repaired }: AcrossResult,
): ReadonlyMap<string, TreeFile> {
  const isBound = (path: string, names: readonly string[]) =>
    !findings.some(({ used }) => used.path === path) &&
    names.every((name) => repaired.some((each) => each.used.path === path && each.name === name))
  return new Map(
    [...unbound].flatMap(([path, { names }]) => {
      const file = isBound(path, names) ? files.get(path) : undefined
      return file ? [[path, file]] : []
    }),
  )
}
