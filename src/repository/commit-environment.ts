import { existsSync, readFileSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { platform, release } from 'node:os'
import type { RedactedText } from '../contracts/redactor.ts'
import { findGit } from '../git/config-files.ts'
import { share } from '../git/sharing.ts'
import { readJson, writeJson } from './data-folder.ts'
import type { Workspace } from './workspace.ts'

/** In our folder: the version of git, as long as its file stays the same. */
export const gitVersionFile = 'git-version.json'

const pythonFiles = ['pyproject.toml', 'requirements.txt', 'setup.py', '.python-version']

/** What a commit was made with, by name: node, git, os; python where the repository has Python. No free text gets in. */
export async function commitEnvironment(workspace: Workspace): Promise<Readonly<Record<string, RedactedText>>> {
  const { git, madeWith } = workspace
  if (madeWith) return madeWith as Record<string, RedactedText>
  const version = await gitVersion(workspace)
  const found: Record<string, string> = {
    node: process.versions.node,
    ...(version !== undefined && { git: version }),
    os: osName(),
  }
  if (pythonFiles.some((name) => existsSync(join(git.workTree, name)))) {
    const python = await pythonVersion(git.workTree)
    if (python) found['python'] = python
  }
  return found as Record<string, RedactedText>
}

/** As the program says it, remembered for as long as its file stays the same: asking takes longer than the rest of a commit. */
async function gitVersion({ git, data, environment }: Workspace): Promise<string | undefined> {
  const path = findGit({ ...environment })
  const file = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false })
  if (!file) return undefined
  const stamp = `${path} ${file.size} ${file.mtimeMs}`
  const place = join(data.path, gitVersionFile)
  const known = readJson(place) as { readonly stamp?: unknown; readonly version?: unknown } | undefined
  if (known?.stamp === stamp && typeof known.version === 'string') return known.version
  const text = new TextDecoder().decode(await git.git.run(['--version'], {})).trim()
  const version = text.replace(/^git version /, '').slice(0, 50)
  await writeJson(place, { stamp, version }, (path) => share(git.config, path)).catch(() => undefined)
  return version
}

function osName(): string {
  const text = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  const id = /^ID="?([\w.-]+)"?$/m.exec(text)?.[1]
  const version = /^VERSION_ID="?([\w.-]+)"?$/m.exec(text)?.[1]
  return id ? [id, version].filter(Boolean).join('-') : `${platform()}-${release()}`
}

/** What the repository asks for; programs that it names are not run. */
async function pythonVersion(workTree: string): Promise<string | undefined> {
  const text = await readFile(join(workTree, '.python-version'), 'utf8').catch(() => '')
  return /^\d+(?:\.\d+){0,2}$/.exec(text.trim())?.[0]
}
