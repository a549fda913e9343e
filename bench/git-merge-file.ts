import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ConflictStyle } from '../src/merge/merge-result.ts'
import { plainGit } from './bench-rooms.ts'

/** What `git merge-file` makes of three texts. */
export interface GitMerge {
  readonly status: 'clean' | 'conflict'
  readonly text: string
  /** The whole process, without the writing of its files. */
  readonly ms: number
}

/** `git merge-file`, in a folder of its own. */
export class GitMergeFile implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'anvcs-merge-file-'))

  /** Undefined where git takes a text for binary. `more` are arguments to add: `--ours`. */
  merge(
    texts: { readonly base: string; readonly left: string; readonly right: string },
    style: ConflictStyle = 'merge',
    ...more: readonly string[]
  ): GitMerge | undefined {
    for (const name of ['base', 'left', 'right'] as const) writeFileSync(join(this.#folder, name), texts[name])
    const labels = ['-L', 'left', '-L', 'base', '-L', 'right']
    const args = ['merge-file', '-p', ...labels, ...(style === 'merge' ? [] : [`--${style}`]), ...more]
    const began = performance.now()
    const { status, stdout } = spawnSync('git', [...args, 'left', 'base', 'right'], {
      cwd: this.#folder,
      env: plainGit,
      maxBuffer: 1 << 28,
    })
    const ms = performance.now() - began
    if (status === null || status > 127) return undefined
    return { status: status === 0 ? 'clean' : 'conflict', text: stdout.toString(), ms }
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
