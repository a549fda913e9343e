import { join } from 'node:path'
import { AnvcsError } from '../contracts/errors.ts'
import type { Environment } from '../node/config-folder.ts'
import { settingNames, settingTable, settingVariable, type SettingName, type Settings } from './settings.ts'
import { invalid, readSettingsFile } from './settings-file.ts'
import type { Workspace } from './workspace.ts'

/** Where a value comes from; later ones win. */
export type SettingOrigin = 'default' | 'repository' | 'user' | 'environment'

/** A setting with the value that counts. */
export interface SettingEntry {
  readonly name: SettingName
  readonly value: Settings[SettingName]
  readonly origin: SettingOrigin
  /** The file and line, or the variable; null for a default. */
  readonly place: string | null
}

export interface ReadSettings {
  readonly values: Settings
  readonly entries: readonly SettingEntry[]
  /** What was passed over, in words. */
  readonly warnings: readonly string[]
}

export interface SettingPlaces {
  /** Undefined outside of a repository. */
  readonly workTree: string | undefined
  readonly configFolder: string
  readonly environment: Environment
}

/** The settings of a repository, in its work tree. */
export const settingsFileName = 'ai-vcs.config.yaml'

/** Reads all settings: defaults, the repository's file, the user's, the environment. Throws CONFIG_INVALID. */
export async function readSettings(places: SettingPlaces): Promise<ReadSettings> {
  const { workTree, configFolder, environment } = places
  const entries = new Map<SettingName, SettingEntry>(
    settingNames.map((name) => [name, { name, value: settingTable[name].preset, origin: 'default', place: null }]),
  )
  const warnings: string[] = []
  const takeFile = async (path: string, label: string, origin: 'repository' | 'user') => {
    // A clone's file could copy a secret out of the environment into a commit.
    const isVariable = (name: string) => origin === 'user' || name.startsWith('AI_VCS_')
    for (const { name, value, line } of await readSettingsFile(path, { label, environment, isVariable })) {
      // Guards are read where they are run.
      if (name.startsWith('guards.')) continue
      if (!isSettingName(name)) {
        warnings.push(`${label}:${line}: there is no setting ${name}`)
        continue
      }
      const row = settingTable[name]
      if (origin === 'repository' && row.isUsersOnly)
        throw invalid(
          label,
          line,
          `${name} may only be set in your own configuration, ${join(configFolder, 'config.yaml')}`,
        )
      const read = row.read(value)
      if (read === undefined) throw invalid(label, line, `${name} has to be ${row.wants}`)
      entries.set(name, { name, value: joined(entries.get(name)!, read), origin, place: `${label}:${line}` })
    }
  }
  if (workTree !== undefined) await takeFile(join(workTree, settingsFileName), settingsFileName, 'repository')
  const own = join(configFolder, 'config.yaml')
  await takeFile(own, own, 'user')
  for (const name of settingNames) {
    const variable = settingVariable(name)
    const text = environment[variable]
    if (text === undefined) continue
    const read = settingTable[name].read(text)
    if (read === undefined)
      throw new AnvcsError('CONFIG_INVALID', {
        message: `${variable} has to be ${settingTable[name].wants}.`,
        hint: `Mend or unset ${variable}.`,
      })
    entries.set(name, { name, value: joined(entries.get(name)!, read), origin: 'environment', place: variable })
  }
  const list = [...entries.values()]
  const values = Object.fromEntries(list.map(({ name, value }) => [name, value])) as unknown as Settings
  return { values, entries: list, warnings }
}

function joined({ name, value }: SettingEntry, read: SettingEntry['value']): SettingEntry['value'] {
  return settingTable[name].isJoined && Array.isArray(value) && Array.isArray(read) ? [...value, ...read] : read
}

/** The settings that count in a repository. */
export function settingsOf({ git, configFolder, environment }: Workspace): Promise<ReadSettings> {
  return readSettings({ workTree: git.workTree, configFolder, environment })
}

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(settingTable, name)
}
