import { maxCandidates } from '../../merge/proposals/read-answer.ts'
import type { SettingRow } from '../setting-row.ts'

/** The settings of proposers and proposals, by name. */
export interface ProposalSettings {
  readonly 'proposer.command': readonly string[]
  readonly 'proposer.url': string
  readonly 'proposer.model': string
  readonly 'proposer.keyVariable': string
  readonly 'proposer.timeoutSeconds': number
  readonly 'proposer.record': string
  readonly 'proposer.replay': string
  readonly 'proposals.candidates': number
  readonly 'proposals.withhold': readonly string[]
  readonly 'proposals.accept': readonly string[]
}

const maxSeconds = 3600
const line = { preset: '', wants: 'one line', read: oneLine, isUsersOnly: true } as const

/** Who proposes how to settle conflicts, and what becomes of it. Only what may never leave is a matter of the repository, too. */
export const proposalSettings: { readonly [Name in keyof ProposalSettings]: SettingRow<ProposalSettings[Name]> } = {
  'proposer.command': {
    summary: 'The program that proposes how to settle conflicts, with its arguments; no shell reads them',
    preset: [],
    wants: 'a list of words, or one word',
    read: (value) => (typeof value === 'string' ? list(value ? [value] : []) : list(value)),
    isUsersOnly: true,
  },
  'proposer.url': {
    summary: 'The server that does, by chat completions as OpenAI has them',
    preset: '',
    wants: 'an http:// or https:// address up to its version, without a user in it',
    read: (value) => (value === '' || (typeof value === 'string' && isUrl(value)) ? value : undefined),
    isUsersOnly: true,
  },
  'proposer.model': { ...line, summary: 'The model that the server is asked for, and that records name' },
  'proposer.keyVariable': { ...line, summary: 'The variable that holds the key for the server' },
  'proposer.timeoutSeconds': {
    summary: 'How long an answer may take',
    preset: 120,
    wants: `a number from 1 to ${maxSeconds}`,
    read: (value) => numberIn(value, maxSeconds),
    isUsersOnly: true,
  },
  'proposer.record': { ...line, summary: 'A file to which each exchange is added' },
  'proposer.replay': { ...line, summary: 'Such a file, from which answers are taken: nobody is asked' },
  'proposals.candidates': {
    summary: 'How many candidates an answer may have',
    preset: 3,
    wants: `a whole number from 1 to ${maxCandidates}`,
    read: (value) => {
      const number = numberIn(value, maxCandidates)
      return Number.isInteger(number) ? number : undefined
    },
    isUsersOnly: true,
  },
  'proposals.withhold': {
    summary:
      'Paths that no proposer is asked about, besides keys and the like: patterns as in gitignore(5); those of all places count',
    preset: [],
    wants: 'a list of patterns',
    read: list,
    isJoined: true,
  },
  'proposals.accept': {
    summary:
      'Paths for which `merge --auto` takes a proposal without asking, once guards have passed; patterns as in gitignore(5)',
    preset: [],
    wants: 'a list of patterns',
    read: list,
    isUsersOnly: true,
  },
}

function list(value: unknown): readonly string[] | undefined {
  const items = typeof value === 'string' ? value.split(',').filter(Boolean) : value
  if (!Array.isArray(items) || items.length > 64) return undefined
  return items.every((item) => typeof item === 'string' && item.length <= 4096 && !item.includes('\0'))
    ? items
    : undefined
}

function oneLine(value: unknown): string | undefined {
  // oxlint-disable-next-line no-control-regex
  return typeof value === 'string' && value.length <= 1000 && !/[\u0000-\u001f\u007f]/.test(value) ? value : undefined
}

function numberIn(value: unknown, max: number): number | undefined {
  const number = typeof value === 'string' && value.trim() ? Number(value) : value
  return typeof number === 'number' && number >= 1 && number <= max ? number : undefined
}

function isUrl(value: string): boolean {
  if (!URL.canParse(value)) return false
  const { protocol, username, password, search, hash } = new URL(value)
  return /^https?:$/.test(protocol) && !username && !password && !search && !hash
}
