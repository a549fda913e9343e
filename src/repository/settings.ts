import { readIceServers } from './ice-servers.ts'
import { proposalSettings, type ProposalSettings } from './proposals/proposal-settings.ts'
import type { SettingRow } from './setting-row.ts'

/** The settings of anvcs, by name: what they mean, what they may be, and who may set them. */
export interface Settings extends ProposalSettings {
  readonly 'room.autoMerge': 'apply' | 'offer'
  readonly 'room.follow': boolean
  readonly 'commit.agent': string
  readonly 'commit.model': string
  readonly 'signaling.servers': readonly string[]
  readonly 'ice.servers': readonly string[]
  readonly 'signing.format': 'ssh' | 'openpgp'
  readonly 'provenance.store': 'notes' | 'files'
}

export type SettingName = keyof Settings

/** Every setting. docs/cli.md lists them. */
export const settingTable: { readonly [Name in SettingName]: SettingRow<Settings[Name]> } = {
  'room.autoMerge': {
    summary: 'Whether heads that merge cleanly are merged, or wait for `ai-vcs merge`',
    preset: 'apply',
    wants: 'apply or offer',
    read: (value) => (value === 'apply' || value === 'offer' ? value : undefined),
  },
  'room.follow': {
    summary: "Whether the branch follows the room's commits; else they only move refs/remotes/room/<branch>",
    preset: true,
    wants: 'true or false',
    read: (value) =>
      value === true || value === 'true' ? true : value === false || value === 'false' ? false : undefined,
  },
  'commit.agent': {
    summary: 'The agent in the records of commits',
    preset: '',
    wants: 'one line of at most 200 characters',
    read: word,
  },
  'commit.model': {
    summary: 'The model in the records of commits',
    preset: '',
    wants: 'one line of at most 200 characters',
    read: word,
  },
  'signaling.servers': {
    summary: 'Signaling servers besides those of the ticket',
    preset: [],
    wants: 'ws:// or wss:// addresses, at most 8',
    read: (value) => {
      const items = typeof value === 'string' ? value.split(',').filter(Boolean) : value
      if (!Array.isArray(items) || items.length > 8) return undefined
      const urls = items.map((item) => (typeof item === 'string' ? item.trim() : ''))
      return urls.every((url) => /^wss?:\/\/[^\s/]+/.test(url)) ? urls : undefined
    },
    isUsersOnly: true,
  },
  'ice.servers': {
    summary: 'STUN and TURN servers, for peers behind different routers',
    preset: [],
    wants: 'stun:HOST:PORT or turn:USER:SECRET@HOST:PORT, at most 8',
    read: (value) => {
      const items = typeof value === 'string' ? value.split(',').filter(Boolean) : value
      if (!Array.isArray(items) || items.length > 8 || !items.every((item) => typeof item === 'string'))
        return undefined
      return readIceServers(items) && items
    },
    isUsersOnly: true,
  },
  'provenance.store': {
    summary:
      'Where the records of commits lie: in notes, or in files of the commits, for remotes that carry no notes (not in rooms)',
    preset: 'notes',
    wants: 'notes or files',
    read: (value) => (value === 'notes' || value === 'files' ? value : undefined),
  },
  'signing.format': {
    summary:
      'How commits are signed: by the key of `ai-vcs key`, or by gpg (never in rooms, which know members by their key)',
    preset: 'ssh',
    wants: 'ssh or openpgp',
    read: (value) => (value === 'ssh' || value === 'openpgp' ? value : undefined),
    isUsersOnly: true,
  },
  ...proposalSettings,
}

export const settingNames = Object.keys(settingTable) as readonly SettingName[]

/** `room.autoMerge` is AI_VCS_ROOM_AUTO_MERGE in the environment. */
export function settingVariable(name: SettingName): string {
  return `AI_VCS_${name
    .replace(/[A-Z]/g, (letter) => `_${letter}`)
    .replaceAll('.', '_')
    .toUpperCase()}`
}

function word(value: unknown): string | undefined {
  // oxlint-disable-next-line no-control-regex
  return typeof value === 'string' && value.length <= 200 && !/[\u0000-\u001f\u007f]/.test(value) ? value : undefined
}
