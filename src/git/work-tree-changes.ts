import type { BigIntStats } from 'node:fs'
import { join } from 'node:path'
import { pathText } from '../objects/path-bytes.ts'
import { gitlinkMode } from '../objects/tree.ts'
import { contentId, lookAt, modeOf, type IndexFiles } from './direct-index.ts'
import { filtersMayApply } from './filters-may-apply.ts'

/** A tracked file that is not as the index has it: M, T for another kind of file, D. */
export interface WorkTreeChange {
  readonly path: string
  readonly state: string
}

/**
 * What `git diff-files` tells, from the files alone; undefined where only git can: entries that it treats in a way of its own, submodules,
 * filters and line ends. Used where there is no git program, which is quicker.
 */
export function workTreeChanges(files: IndexFiles): readonly WorkTreeChange[] | undefined {
  const image = files.images.read(files.indexFile)
  if (!image) return undefined
  const folders = new Map<string, boolean>()
  const suspects: { readonly entry: number; readonly path: string; readonly stat: BigIntStats | undefined }[] = []
  for (let entry = 0; entry < image.count; entry++) {
    if (image.isSpecial(entry) || image.stage(entry) !== 0 || image.mode(entry) === gitlinkMode) return undefined
    const path = pathText(image.name(entry))
    const stat = isWithinFolders(files.workTree, path, folders) ? lookAt(join(files.workTree, path)) : undefined
    if (!stat || modeOf(stat) !== image.mode(entry) || !image.isSameFile(entry, stat))
      suspects.push({ entry, path, stat })
  }
  const paths = suspects.map(({ path }) => path)
  if (suspects.length && filtersMayApply(files, paths)) return undefined
  return suspects.flatMap(({ entry, path, stat }) => {
    const mode = stat && modeOf(stat)
    if (!stat || mode === undefined) return [{ path, state: 'D' }]
    if (mode >> 12 !== image.mode(entry) >> 12) return [{ path, state: 'T' }]
    const isSame = mode === image.mode(entry) && contentId(files, join(files.workTree, path), stat) === image.id(entry)
    return isSame ? [] : [{ path, state: 'M' }]
  })
}

/** What lies behind a link in place of a folder is not the file. */
function isWithinFolders(workTree: string, path: string, known: Map<string, boolean>): boolean {
  const end = path.lastIndexOf('/')
  if (end < 0) return true
  const folder = path.slice(0, end)
  let isFolder = known.get(folder)
  if (isFolder === undefined) {
    isFolder = isWithinFolders(workTree, folder, known) && lookAt(join(workTree, folder))?.isDirectory() === true
    known.set(folder, isFolder)
  }
  return isFolder
}
