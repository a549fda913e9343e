import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { openRepository } from '../../src/git/open-repository.ts'
import type { GitRepository } from '../../src/git/repository.ts'
import type { CommitPerson } from '../../src/objects/commit.ts'
import { hashes } from './hashes.ts'

/** Git as it is for somebody who has configured nothing. */
export const plainGit: NodeJS.ProcessEnv = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'A U Thor',
  GIT_AUTHOR_EMAIL: 'author@example.com',
  GIT_COMMITTER_NAME: 'C O Mitter',
  GIT_COMMITTER_EMAIL: 'committer@example.com',
}

export const someone: CommitPerson = {
  name: 'A U Thor',
  email: 'author@example.com',
  timeSeconds: 1_700_000_000,
  zone: '+0000',
}

/** A folder of its own with a repository in it, and the git program to make and judge it. */
export class GitSandbox implements AsyncDisposable {
  readonly folder: string
  readonly #opened: GitRepository[] = []
  readonly #root: string

  /** `null` for `init`: no repository yet. */
  constructor(init: readonly string[] | null = []) {
    this.#root = mkdtempSync(join(tmpdir(), 'anvcs-git-'))
    this.folder = join(this.#root, 'repository')
    mkdirSync(this.folder)
    if (init) this.git('init', '-q', '-b', 'main', ...init)
  }

  /** A path beside the repository. */
  beside(name: string): string {
    return join(this.#root, name)
  }

  git(...args: readonly string[]): string {
    return this.gitIn(this.folder, ...args)
  }

  gitIn(folder: string, ...args: readonly string[]): string {
    return execFileSync('git', args, { cwd: folder, env: plainGit, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] })
  }

  gitWith(input: Uint8Array | string, ...args: readonly string[]): string {
    return execFileSync('git', args, { cwd: this.folder, env: plainGit, encoding: 'utf8', input, stdio: 'pipe' })
  }

  gitBytes(...args: readonly string[]): Buffer {
    return execFileSync('git', args, { cwd: this.folder, env: plainGit })
  }

  write(path: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true })
    writeFileSync(join(this.folder, path), content)
  }

  /** Writes files and commits them with git. Returns the commit. */
  commit(files: Readonly<Record<string, string>>, message = 'change'): string {
    for (const [path, content] of Object.entries(files)) this.write(path, content)
    this.git('add', '-A')
    this.git('commit', '-q', '--allow-empty', '-m', message)
    return this.git('rev-parse', 'HEAD').trim()
  }

  async open(path = this.folder, env: NodeJS.ProcessEnv = plainGit): Promise<GitRepository> {
    const repository = await openRepository({ path, crypto: hashes, env })
    this.#opened.push(repository)
    return repository
  }

  /** Nothing is wrong in the eyes of git; dangling objects are allowed. */
  fsck(folder = this.folder): string {
    return this.gitIn(folder, 'fsck', '--strict', '--no-dangling', '--no-progress')
  }

  status(folder = this.folder): string {
    return this.gitIn(folder, 'status', '--porcelain')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const repository of this.#opened) await repository.close()
    rmSync(this.#root, { recursive: true, force: true })
  }
}
