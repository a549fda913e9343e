import { mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AnvcsError } from '../../contracts/errors.ts'
import { GitProgram } from '../../git/git-program.ts'
import type { Environment } from '../../node/config-folder.ts'

/** A clone for one peer, and the environment of its owner, which no other shares. */
export interface Clone {
  readonly name: string
  readonly folder: string
  readonly environment: Environment
  readonly git: GitProgram
}

/** The commit that all clones begin with. */
export interface Clones {
  readonly clones: readonly Clone[]
  readonly base: string
}

/** Where a clone lies that nobody has begun to work in yet. */
export interface CloneOptions {
  readonly repository: string
  readonly folder: string
  readonly names: readonly string[]
  readonly environment: Environment
  readonly signal: AbortSignal
}

/** How git is run by somebody who has configured nothing. */
export function plainEnvironment(environment: Environment, home: string): Environment {
  const { PATH, TMPDIR, LD_LIBRARY_PATH, TZ } = environment
  return {
    PATH,
    TMPDIR,
    LD_LIBRARY_PATH,
    TZ,
    HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    AI_VCS_CONFIG_DIR: join(home, 'config'),
  }
}

/** The address that a peer commits with. */
export function emailOf(name: string): string {
  return `${name}@example.com`
}

/** Clones a repository once for each name, at the commit that is checked out there. Throws NOT_A_REPOSITORY, and GIT_FAILED where that cannot be. */
export async function makeClones({ repository, folder, names, environment, signal }: CloneOptions): Promise<Clones> {
  const source = new GitProgram(repository, { ...environment })
  const base = await headOf(source, repository, signal)
  const clones: Clone[] = []
  for (const name of names) {
    const home = join(folder, 'homes', name)
    const clone = join(folder, name)
    await mkdir(home, { recursive: true })
    // Without a checkout: that is done by the owner of the clone, whose configuration differs.
    await source.run(['clone', '--quiet', '--no-checkout', '--', repository, clone], { signal })
    const own = plainEnvironment(environment, home)
    const git = new GitProgram(clone, { ...own })
    await git.run(['config', 'user.name', name])
    await git.run(['config', 'user.email', emailOf(name)])
    await git.run(['config', 'notes.displayRef', 'refs/notes/ai-vcs'])
    await git.run(['checkout', '--quiet', '-B', 'demo', base], { signal })
    clones.push({ name, folder: clone, environment: own, git })
  }
  await writeFile(join(folder, 'words.txt'), '')
  return { clones, base }
}

async function headOf(source: GitProgram, repository: string, signal: AbortSignal | undefined): Promise<string> {
  const args = ['rev-parse', '--verify', 'HEAD^{commit}']
  const head = (await stat(repository).catch(() => undefined)) && (await source.call(args, { signal }))
  if (head?.exitCode === 0) return text(head.stdout)
  throw new AnvcsError('NOT_A_REPOSITORY', {
    message: `${repository} is no Git repository with a commit.`,
    hint: 'Name another one with `--repo PATH`.',
  })
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).trim()
}
