import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { readRefFile, refPath } from './ref-file.ts'
import type { GitRepository } from './repository.ts'

/** The folder of another work tree that has the branch (its full name) checked out, or is rebasing it; undefined where none has. */
export function otherWorkTreeOf(repository: GitRepository, branch: string): string | undefined {
  const { gitDir, commonDir, config } = repository
  const linked = join(commonDir, 'worktrees')
  const gitDirs = existsSync(linked) ? readdirSync(linked).map((name) => join(linked, name)) : []
  if (!config.isTrue('core.bare')) gitDirs.push(commonDir)
  const found = gitDirs.find((other) => other !== gitDir && branchesIn(other).includes(branch))
  if (found === undefined) return undefined
  if (found !== commonDir) return dirname(readFileSync(join(found, 'gitdir'), 'utf8').trimEnd())
  const configured = config.get('core.worktree')
  if (configured !== undefined) return resolve(commonDir, configured)
  return basename(commonDir) === '.git' ? dirname(commonDir) : commonDir
}

function branchesIn(gitDir: string): readonly (string | undefined)[] {
  const rebased = ['rebase-merge', 'rebase-apply'].map((name) => {
    const path = join(gitDir, name, 'head-name')
    return existsSync(path) ? readFileSync(path, 'utf8').trimEnd() : undefined
  })
  return [headOf(gitDir), ...rebased]
}

/** One that is damaged names no branch. */
function headOf(gitDir: string): string | undefined {
  try {
    return readRefFile(refPath(gitDir, 'HEAD'))?.target
  } catch {
    return undefined
  }
}
