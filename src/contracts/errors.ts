/** What went wrong, as the exit status of a command tells it. */
export type ErrorKind =
  | 'conflict'
  | 'usage'
  | 'unreachable'
  | 'denied'
  | 'guard'
  | 'corrupt'
  | 'unsupported'
  | 'closed'
  | 'internal'

interface ErrorRow {
  readonly kind: ErrorKind
  readonly summary: string
  readonly hint: string
}

/** Every error that anvcs throws, by code. `docs/errors.md` is generated from this table; renaming a code is a breaking change. */
export const errorTable = {
  ABORTED: {
    kind: 'closed',
    summary: 'The operation was interrupted.',
    hint: 'Nothing was left half done; run it again.',
  },
  CBOR_INVALID: {
    kind: 'corrupt',
    summary: 'Bytes are not in the deterministic encoding.',
    hint: 'The sender is broken or hostile; the bytes were refused.',
  },
  COMMIT_EMPTY: {
    kind: 'usage',
    summary: 'There is nothing to commit.',
    hint: 'Stage files with `ai-vcs add PATH`, or use `-a` for all tracked changes.',
  },
  COMMIT_UNKNOWN: {
    kind: 'usage',
    summary: 'No commit has this name.',
    hint: 'List commits with `ai-vcs log`, and branches with `ai-vcs branch`.',
  },
  CONFIG_INVALID: {
    kind: 'usage',
    summary: 'A configuration file is not valid.',
    hint: 'Mend the named line, or see `ai-vcs config --help`.',
  },
  DEVICE_NUMBER_TAKEN: {
    kind: 'conflict',
    summary: 'Another device of this member has the number of this one.',
    hint: 'Leave the room by `ai-vcs collab leave`, and join it again by a ticket: then this clone is let in by itself.',
  },
  DISK_FULL: {
    kind: 'internal',
    summary: 'The disk is full.',
    hint: 'Free some space, and run it again; a room that runs tries again by itself.',
  },
  ENTRY_INVALID: {
    kind: 'corrupt',
    summary: 'An entry is malformed.',
    hint: 'The sender is broken or hostile; the entry was refused.',
  },
  FEED_CORRUPT: {
    kind: 'corrupt',
    summary: 'The journal is damaged: what was durable cannot be read any more.',
    hint: 'Nothing was changed. `ai-vcs rejoin-room` keeps the damaged file beside, goes on with what is whole, and fetches the rest from the other peers; put a backup back before that, if you have one.',
  },
  FEED_LOCKED: {
    kind: 'conflict',
    summary: 'Another process writes this feed.',
    hint: 'Let it finish, or hand the work to the running room.',
  },
  FILE_FAILED: {
    kind: 'internal',
    summary: 'The system does not let a file be read or written.',
    hint: 'Check its permissions and whether its disk can be written to; then run it again.',
  },
  FRAME_INVALID: { kind: 'corrupt', summary: 'A frame breaks the link protocol.', hint: 'The link was closed.' },
  GIT_FAILED: {
    kind: 'internal',
    summary: 'The git program failed.',
    hint: 'Read its message; nothing of ours was changed.',
  },
  GIT_MISSING: {
    kind: 'unsupported',
    summary: 'No git program was found.',
    hint: 'Install git 2.36 or newer and put it on PATH.',
  },
  GRAMMAR_UNAVAILABLE: {
    kind: 'unsupported',
    summary: 'The grammar of a language cannot be loaded.',
    hint: 'Install the package again, or check where the page fetches grammars from.',
  },
  GUARDS_UNTRUSTED: {
    kind: 'denied',
    summary: 'The repository lists guards that you have not allowed to run.',
    hint: 'Look at them with `ai-vcs config trust-guards`, which asks whether they may run.',
  },
  HOOK_REFUSED: {
    kind: 'guard',
    summary: 'A hook of the repository refused.',
    hint: 'Nothing was committed. Mend what it printed; `--no-verify` commits without asking it.',
  },
  IDENTITY_MISSING: {
    kind: 'usage',
    summary: 'There is no member key on this machine.',
    hint: 'Create one with `ai-vcs key create`.',
  },
  INTERNAL: {
    kind: 'internal',
    summary: 'anvcs broke one of its own rules.',
    hint: 'Please report this with the details; the journal is untouched.',
  },
  JOURNAL_UNWRITABLE: {
    kind: 'internal',
    summary: 'The journal could not be written.',
    hint: 'Free space or check the disk: a room that runs tries again by itself, and one that is started takes in what your files hold.',
  },
  KEY_INVALID: {
    kind: 'denied',
    summary: 'A key is unreadable or not allowed.',
    hint: 'Check the key file and its permissions (0600).',
  },
  LINK_CLOSED: { kind: 'closed', summary: 'The link to a peer is closed.', hint: 'It is rebuilt in the background.' },
  LINK_UNAUTHENTICATED: {
    kind: 'denied',
    summary: 'A peer could not prove who it is.',
    hint: 'The link was closed; check the ticket.',
  },
  LOCK_TIMEOUT: {
    kind: 'conflict',
    summary: 'The repository stayed locked.',
    hint: 'Another program holds the lock; try again when it is done.',
  },
  MERGE_CONFLICT: {
    kind: 'conflict',
    summary: 'The two sides change the same place.',
    hint: 'Edit the files together, then commit; `ai-vcs status` lists them.',
  },
  MESSAGE_TOO_LARGE: {
    kind: 'usage',
    summary: 'A message is above the limit of the link.',
    hint: 'Send large content as a blob.',
  },
  NOT_A_REPOSITORY: {
    kind: 'usage',
    summary: 'This folder is not in a Git work tree.',
    hint: 'Run `git init`, or change to the repository.',
  },
  OBJECT_INVALID: {
    kind: 'corrupt',
    summary: 'A Git object does not match its id or its format.',
    hint: 'The bytes were refused.',
  },
  OBJECT_MISSING: {
    kind: 'unreachable',
    summary: 'A Git object is not here.',
    hint: 'It is fetched when a peer that has it is reachable.',
  },
  PATH_ESCAPES_TREE: {
    kind: 'denied',
    summary: 'A path leaves the work tree or names a protected place.',
    hint: 'The change was refused.',
  },
  PEER_UNREACHABLE: {
    kind: 'unreachable',
    summary: 'No peer could be reached.',
    hint: 'Everything is kept here; `ai-vcs rejoin-room` exchanges it later.',
  },
  PORT_TAKEN: {
    kind: 'usage',
    summary: 'The port is in use.',
    hint: 'Choose another with `--port`, or 0 for any free one.',
  },
  PROPOSER_FAILED: {
    kind: 'unreachable',
    summary: 'The proposer gives no answer.',
    hint: 'Check `proposer.command` or `proposer.url` in your config.yaml; the conflicts are as they were.',
  },
  PROPOSER_MISSING: {
    kind: 'usage',
    summary: 'No proposer is configured.',
    hint: 'Set `proposer.command` or `proposer.url` in your config.yaml; docs/guides/proposals.md tells how.',
  },
  REF_MOVED: { kind: 'conflict', summary: 'A ref moved while it was being updated.', hint: 'Run the command again.' },
  REMOTE_REFUSED: {
    kind: 'denied',
    summary: 'The remote repository refused.',
    hint: 'Check your rights there, and your key or password: `git fetch` asks for it at a terminal. Nothing was changed.',
  },
  REMOTE_UNREACHABLE: {
    kind: 'unreachable',
    summary: 'The remote repository could not be reached.',
    hint: 'Check its URL with `git remote -v` and the network; nothing was changed.',
  },
  REMOTE_UNSUPPORTED: {
    kind: 'unsupported',
    summary: 'The remote repository cannot do what is needed.',
    hint: 'Use another remote; what it lacks is named above. Nothing was changed.',
  },
  REPOSITORY_UNSUPPORTED: {
    kind: 'unsupported',
    summary: 'The repository uses a feature that anvcs does not handle yet.',
    hint: 'Nothing was changed; the feature is named above.',
  },
  ROOM_CLOSED: { kind: 'closed', summary: 'The room is closed.', hint: 'Open it again.' },
  ROOM_CORRUPT: {
    kind: 'corrupt',
    summary: 'A file that a clone keeps of its rooms is damaged.',
    hint: 'Put it back from a backup, or remove it and join again by a ticket of a member.',
  },
  ROOM_MISSING: {
    kind: 'usage',
    summary: 'This branch has no room.',
    hint: 'Start one with `ai-vcs collab start`, or join one with `ai-vcs collab join TICKET`.',
  },
  ROOM_MISMATCH: {
    kind: 'usage',
    summary: 'The ticket belongs to another repository or room.',
    hint: 'Join from a clone that holds the base commit of the room.',
  },
  SCOPE_DENIED: {
    kind: 'denied',
    summary: 'This member may not do that.',
    hint: 'Ask an admin of the room for the scope.',
  },
  SIGNATURE_INVALID: {
    kind: 'denied',
    summary: 'A signature does not verify.',
    hint: 'Do not trust the content; ask its author.',
  },
  SIGNALING_UNREACHABLE: {
    kind: 'unreachable',
    summary: 'No signaling server could be reached.',
    hint: 'Work goes on offline; the connection is tried again.',
  },
  SIGNING_FAILED: {
    kind: 'denied',
    summary: 'The commit could not be signed, and was not made.',
    hint: 'See which key signs with `ai-vcs key show`; choose another with `ai-vcs key use`.',
  },
  TICKET_INVALID: {
    kind: 'usage',
    summary: 'The ticket cannot be read.',
    hint: 'Copy it whole, from `anvcs` to its end, or ask for a new one.',
  },
  TICKET_SPENT: {
    kind: 'denied',
    summary: 'The ticket is expired or used up.',
    hint: 'Ask a member for a new one (`ai-vcs collab invite`).',
  },
  TRANSPORT_MISSING: {
    kind: 'unsupported',
    summary: 'No WebRTC binding is installed.',
    hint: 'Run `npm install @roamhq/wrtc`.',
  },
  USAGE: { kind: 'usage', summary: 'The command cannot be understood.', hint: 'See `ai-vcs --help`.' },
  WORK_TREE_BUSY: {
    kind: 'conflict',
    summary: 'Git is in the middle of something here.',
    hint: 'Finish or abort the merge, rebase or bisect first.',
  },
  WORK_TREE_FAILED: {
    kind: 'internal',
    summary: 'A file of the work tree could not be read or written.',
    hint: 'Check its permissions and the free space; nothing was changed.',
  },
  WORK_TREE_MISSING: {
    kind: 'usage',
    summary: 'The repository has no work tree: it is bare.',
    hint: 'Run the command in a clone of it: `git clone PATH`.',
  },
} as const satisfies Record<string, ErrorRow>

/** A code of the table; it never changes its meaning. */
export type ErrorCode = keyof typeof errorTable

/** What a thrown error adds to its row of the table. */
export interface ErrorOptions {
  /** What happened here, in one line; the table's summary if left out. */
  readonly message?: string
  /** What to do next; the table's hint if left out. */
  readonly hint?: string
  readonly cause?: unknown
  /** Facts for programs: ids, paths, counts. Never content, never keys. */
  readonly details?: Readonly<Record<string, unknown>>
}

/** The one error class. Check with `AnvcsError.is(error, 'CODE')`, which also works across two loaded copies of the package. */
export class AnvcsError extends Error {
  override readonly name = 'AnvcsError'
  readonly code: ErrorCode
  readonly kind: ErrorKind
  readonly hint: string
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, options: ErrorOptions = {}) {
    const row = errorTable[code]
    super(options.message ?? row.summary, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.kind = row.kind
    this.hint = options.hint ?? row.hint
    this.details = options.details ?? {}
  }

  static is(error: unknown, code?: ErrorCode): error is AnvcsError {
    if (!(error instanceof Error) || error.name !== 'AnvcsError') return false
    return code === undefined || (error as AnvcsError).code === code
  }
}
