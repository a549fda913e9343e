import { join } from 'node:path'
import type { GitRepository } from '../git/repository.ts'
import { share, shareFolders } from '../git/sharing.ts'
import { readJson, writeJson } from './data-folder.ts'

/** What `init` added to a repository, so that `uninit` takes away that and nothing else. */
export interface Installed {
  readonly version: 1
  /** Files that were written, from the root of the work tree, with the SHA-256 of their content. */
  readonly files: readonly InstalledFile[]
  /** Values that were added to the repository's Git configuration. */
  readonly config: readonly ConfigValue[]
  /** Hooks that were written, by name, with the SHA-256 of their content. */
  readonly hooks?: readonly InstalledFile[]
}

export interface InstalledFile {
  readonly path: string
  readonly sha256: string
}

export interface ConfigValue {
  readonly name: string
  readonly value: string
}

function pathIn(dataDir: string): string {
  return join(dataDir, 'installed.json')
}

/** Nothing where `init` has not run here. */
export async function readInstalled(dataDir: string): Promise<Installed | undefined> {
  const read = readJson(pathIn(dataDir)) as Installed | undefined
  return read?.version === 1 ? read : undefined
}

export async function writeInstalled(git: GitRepository, installed: Installed): Promise<void> {
  shareFolders(git)
  await writeJson(pathIn(git.dataDir), installed, (path) => share(git.config, path))
}
