import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ObjectId } from '../contracts/ids.ts'
import type { TreeChange } from '../objects/tree-edit.ts'
import { removeFile } from './remove-file.ts'
import type { GitRepository } from './repository.ts'
import { share } from './sharing.ts'

/** What is about to happen to index and refs of a work tree, once all its objects are stored. */
export interface Intent {
  /** The full name of the branch, or HEAD where it is detached. */
  readonly ref: string
  /** What the ref holds before; null where it does not exist. */
  readonly old: ObjectId | null
  readonly commit: ObjectId
  readonly reflog: string
  readonly index: readonly TreeChange[]
  readonly notes: { readonly ref: string; readonly lines: readonly string[] } | null
  /** The mark of the operation that the commit ends. */
  readonly ends: string | null
}

interface IntentFile {
  readonly version: 1
  readonly intent: Omit<Intent, 'index'> & {
    readonly index: readonly (Omit<TreeChange, 'entry'> & { readonly entry: TreeChange['entry'] | null })[]
  }
}

function pathOf(gitDir: string): string {
  return join(gitDir, 'ai-vcs', 'intent')
}

/**
 * Records the intent: `<git dir>/ai-vcs/intent`. It is not flushed: it serves a run that was killed. After a power cut without it the
 * commit has not happened, or has; its objects are flushed before its ref is.
 */
export function writeIntent({ gitDir, config }: Pick<GitRepository, 'gitDir' | 'config'>, intent: Intent): void {
  const path = pathOf(gitDir)
  mkdirSync(dirname(path), { recursive: true })
  const index = intent.index.map(({ path, entry }) => ({ path, entry: entry ?? null }))
  const content: IntentFile = { version: 1, intent: { ...intent, index } }
  const temporary = `${path}.new`
  writeFileSync(temporary, JSON.stringify(content))
  share(config, temporary)
  renameSync(temporary, path)
}

/** What an interrupted run meant to do; undefined where there is nothing, or nothing that we understand. */
export function readIntent(gitDir: string): Intent | undefined {
  try {
    const { version, intent } = JSON.parse(readFileSync(pathOf(gitDir), 'utf8')) as IntentFile
    if (version !== 1) return undefined
    return { ...intent, index: intent.index.map(({ path, entry }) => ({ path, entry: entry ?? undefined })) }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || error instanceof SyntaxError || error instanceof TypeError) return undefined
    throw error
  }
}

export function dropIntent(gitDir: string): void {
  removeFile(pathOf(gitDir))
}
