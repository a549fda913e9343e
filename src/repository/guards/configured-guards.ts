import { join } from 'node:path'
import { AnvcsError } from '../../contracts/errors.ts'
import { settingsFileName } from '../read-settings.ts'
import { invalid, readSettingsFile } from '../settings-file.ts'
import type { Workspace } from '../workspace.ts'
import { guardDigest, guardWants, maxGuards, readGuard, type Guard } from './guard.ts'
import { isTrusted } from './trusted-guards.ts'

/** The guards of a repository and its user. */
export interface ConfiguredGuards {
  /** Those that a merge runs: the user's, and those of the repository that the user has none of the same name for. */
  readonly guards: readonly Guard[]
  /** Those that the repository lists. */
  readonly listed: readonly Guard[]
  /** Of that list. */
  readonly digest: string
  /** Has the user said that just that list may run? */
  readonly isTrusted: boolean
}

/** Reads the section `guards` of the repository's settings and of the user's. Nothing is run. Throws CONFIG_INVALID with the line. */
export async function readGuards({ git, configFolder, environment }: Workspace): Promise<ConfiguredGuards> {
  const read = async (path: string, label: string, isUsers: boolean) => {
    const isVariable = (name: string) => isUsers || name.startsWith('AI_VCS_')
    const written = await readSettingsFile(path, { label, environment, isVariable })
    const guards = written.flatMap(({ name, value, line }) => {
      if (!name.startsWith('guards.')) return []
      const guard = readGuard(name.slice('guards.'.length), value)
      if (!guard) throw invalid(label, line, `${name} has to be ${guardWants}`)
      return [guard]
    })
    if (guards.length > maxGuards) throw invalid(label, 1, `there are more than ${maxGuards} guards`)
    return guards
  }
  const listed = await read(join(git.workTree, settingsFileName), settingsFileName, false)
  const own = await read(join(configFolder, 'config.yaml'), join(configFolder, 'config.yaml'), true)
  const others = listed.filter(({ name }) => !own.some((guard) => guard.name === name))
  const digest = guardDigest(listed)
  return {
    guards: [...own, ...others],
    listed,
    digest,
    isTrusted: !others.length || isTrusted(configFolder, git.commonDir, digest),
  }
}

/** The guards that are to run, if there are any. Throws GUARDS_UNTRUSTED, and CONFIG_INVALID. */
export async function configuredGuards(workspace: Workspace): Promise<readonly Guard[]> {
  const { guards, isTrusted: mayRun, digest } = await readGuards(workspace)
  if (!mayRun) throw new AnvcsError('GUARDS_UNTRUSTED', { details: { digest } })
  return guards
}

/** The guards that a merge is to run. Throws USAGE where there are none, GUARDS_UNTRUSTED, and CONFIG_INVALID. */
export async function guardsToRun(workspace: Workspace): Promise<readonly Guard[]> {
  const guards = await configuredGuards(workspace)
  if (!guards.length)
    throw new AnvcsError('USAGE', {
      message: 'There are no guards.',
      hint: `Name commands in the section \`guards\` of your config.yaml, or of ${settingsFileName}.`,
    })
  return guards
}
