import type { PlantedChange } from '../simulation/faults.ts'
import type { AttackName } from './attacks.ts'

/** A check that is switched off, and what its attack does then. */
export interface OpenDoor {
  readonly check: string
  readonly changes: readonly PlantedChange[]
  readonly attack: AttackName
  readonly harm: RegExp
}

/** Attacks outside of Yjs are shown to work on a program without the check that is to stop them. */
export const openDoors: readonly OpenDoor[] = [
  {
    check: 'an entry is signed by the device of its feed',
    changes: [{ file: 'src/room/replica.js', from: 'verifyEntry(this.#options.crypto, device, entry)', to: 'true' }],
    attack: 'typesAsAlice',
    harm: /^forged: /,
  },
  {
    check: 'the lamport of an entry is one more than its past',
    changes: [{ file: 'src/journal/feed-index.js', from: 'if (lamport !== greatest + 1)', to: 'if (false)' }],
    attack: 'jumpsAhead',
    harm: /^clock: /,
  },
  {
    check: 'the time of a feed does not fall',
    changes: [{ file: 'src/journal/feed-index.js', from: 'if (timeMs < (last?.timeMs ?? 0))', to: 'if (false)' }],
    attack: 'turnsBackTime',
    harm: /^time: /,
  },
  {
    check: 'operations are numbered without gaps',
    changes: [
      {
        file: 'src/journal/feed-index.js',
        from: "firstOperation === (known?.operations ?? 0) ? 'next'",
        to: "true ? 'next'",
      },
    ],
    attack: 'choosesNumbers',
    harm: /^number: /,
  },
  {
    check: 'an entry names the one before it',
    changes: [{ file: 'src/journal/feed-index.js', from: 'if (prev !== (last?.id ?? zeroEntry))', to: 'if (false)' }],
    attack: 'leavesTheChain',
    harm: /^chain: /,
  },
  {
    check: 'an entry depends on entries by their ids',
    changes: [{ file: 'src/journal/feed-index.js', from: 'if (id !== dep.id)', to: 'if (false)' }],
    attack: 'inventsPast',
    harm: /^past: /,
  },
  {
    check: 'nothing but control entries is sealed by the control key',
    changes: [
      {
        file: 'src/room/room-judge.js',
        from: 'if (isControl !== (entry.head.epoch === controlEpoch))',
        to: 'if (false)',
      },
    ],
    attack: 'typesUnderControlKey',
    harm: /^sealed: /,
  },
  {
    check: 'a body is unpacked to so many bytes and no more',
    changes: [
      {
        file: 'src/journal/entry.js',
        from: 'deflate.inflate(payload[1], maxBodyBytes)',
        to: 'deflate.inflate(payload[1], 2 ** 30)',
      },
    ],
    attack: 'bombs',
    harm: /^bomb: /,
  },
  {
    check: 'an entry has so many operations and no more',
    changes: [
      {
        file: 'src/history/operations-body.js',
        from: 'export const maxOperations = 4096;',
        to: 'export const maxOperations = 1e6;',
      },
    ],
    attack: 'floods',
    harm: /^flood: /,
  },
  {
    check: 'a file has a safe path',
    changes: [
      {
        file: 'src/history/operation-check.js',
        from: 'return isSafePath(value.path) ? undefined',
        to: 'return true ? undefined',
      },
    ],
    attack: 'namesHook',
    harm: /^path: /,
  },
  {
    check: 'a device is certified by its member',
    changes: [
      {
        file: 'src/room/membership.js',
        from: 'return feed === entry.feed && verifyDeviceCertificate(this.#crypto, certificate);',
        to: 'return feed === entry.feed;',
      },
    ],
    attack: 'typesAsBob',
    harm: /^stolen: /,
  },
  {
    check: 'the id of a feed is that of its device and run',
    changes: [{ file: 'src/room/membership.js', from: 'return feed === entry.feed && ', to: 'return ' }],
    attack: 'takesNextFeed',
    harm: /^taken: /,
  },
  {
    check: 'only the founder begins an epoch, and one',
    changes: [{ file: 'src/room/room-judge.js', from: '!this.#membership.mayBeginEpoch(entry, past)', to: 'false' }],
    attack: 'leavesBobOut',
    harm: /^left out: /,
  },
  {
    check: 'a ticket has so many uses',
    changes: [{ file: 'src/room/membership.js', from: '.length >= ticket.body.uses)', to: '.length >= 1000)' }],
    attack: 'letsIn',
    harm: /^let in: second/,
  },
  {
    check: 'a ticket expires',
    changes: [
      { file: 'src/room/membership.js', from: 'if (entry.head.timeMs > ticket.body.expiresMs)', to: 'if (false)' },
    ],
    attack: 'letsIn',
    harm: /^let in: late/,
  },
  {
    check: 'who comes in holds the ticket',
    changes: [
      {
        file: 'src/room/membership.js',
        from: 'if (!verifyAdmission(this.#crypto, admission, proof))',
        to: 'if (false)',
      },
    ],
    attack: 'letsIn',
    harm: /^let in: holds nothing/,
  },
  {
    check: 'a device proves its key at a link',
    changes: [
      {
        file: 'src/room/handshake.js',
        from: 'verifyLink(this.#options.crypto, this.#view(peer), message)',
        to: 'true',
      },
    ],
    attack: 'comesAsBob',
    harm: /^door: /,
  },
  {
    check: 'a link is proved over its own binding',
    changes: [
      {
        file: 'src/identity/link-proof.js',
        from: "view.role === 'initiator' ? 0 : 1,\n        view.binding,",
        to: '0,\n        new Uint8Array(32),',
      },
    ],
    attack: 'standsBetween',
    harm: /^between: /,
  },
  {
    check: 'only commits of the room are given away',
    changes: [{ file: 'src/room/object-transfer.js', from: 'if (this.#options.isOfRoom(id))', to: 'if (true)' }],
    attack: 'asksForSecrets',
    harm: /^leak: /,
  },
  {
    check: 'a message is as long as its stream takes',
    changes: [{ file: 'src/sync/frames.js', from: 'if (total > maxMessageBytes[stream])', to: 'if (false)' }],
    attack: 'neverEnds',
    harm: /^frames: /,
  },
  {
    check: 'a stream has credit',
    changes: [{ file: 'src/sync/session.js', from: 'return left > 0;', to: 'return true;' }],
    attack: 'ignoresCredit',
    harm: /^credit: /,
  },
  {
    check: 'a peer gets one pack after the other',
    changes: [
      {
        file: 'src/room/object-transfer.js',
        from: 'const before = this.#serving.get(peer) ?? Promise.resolve()',
        to: 'const before = Promise.resolve()',
      },
    ],
    attack: 'asksAllAtOnce',
    harm: /^at once: /,
  },
  {
    check: 'a peer says to have so many feeds and no more',
    changes: [
      { file: 'src/sync/session.js', from: 'if (this.#unknownFeeds.size > maxUnknownFeeds)', to: 'if (false)' },
    ],
    attack: 'tellsOfFeedsWithoutEnd',
    harm: /^feeds: /,
  },
  {
    check: 'so many links are open and no more',
    changes: [{ file: 'src/room/room-links.js', from: 'this.#open.size >= maxLinks', to: 'false' }],
    attack: 'fillsTheDoor',
    harm: /^door: /,
  },
  {
    check: 'a handshake takes ten seconds at most',
    changes: [{ file: 'src/room/room-links.js', from: 'clock.schedule(handshakeMs', to: 'clock.schedule(1e9' }],
    attack: 'staysAtTheDoor',
    harm: /^door: /,
  },
  {
    check: 'where a pack takes long another peer is asked, too',
    changes: [{ file: 'src/room/object-transfer.js', from: 'request.isSlow = true;', to: '' }],
    attack: 'sendsSlowly',
    harm: /^slow: /,
  },
  {
    check: 'a pack has so many parts and no more',
    changes: [{ file: 'src/room/object-transfer.js', from: 'if (open.chunks.length > maxChunks)', to: 'if (false)' }],
    attack: 'sendsCrumbs',
    harm: /^crumbs: /,
  },
  {
    check: 'what was asked for in vain stands back',
    changes: [
      {
        file: 'src/room/object-transfer.js',
        from: 'for (const id of objects)\n            this.#needed.add(id);',
        to: 'for (const id of objects.slice(0, maxWants))\n            this.#needed.add(id);',
      },
    ],
    attack: 'namesWhatIsNowhere',
    harm: /^names: /,
  },
  {
    check: 'an entry is of this room',
    changes: [{ file: 'src/room/replica.js', from: 'if (entry.room !== this.#options.room)', to: 'if (false)' }],
    attack: 'speaksOfAnotherRoom',
    harm: /^room: /,
  },
  {
    check: 'a pack counts only where it was asked for',
    changes: [
      {
        file: 'src/room/object-transfer.js',
        from: 'const open = this.#requests.get(peer);\n        if (open?.number !== request)\n            return false;\n        open.size',
        to: 'const open = { wants: [], chunks: [], size: 0 };\n        this.#requests.set(peer, open);\n        open.size',
      },
    ],
    attack: 'givesUnasked',
    harm: /^unasked: /,
  },
  {
    check: 'a clock is its own',
    changes: [
      {
        file: 'src/room/own-feed.js',
        from: 'clock.now(), last?.timeMs ?? 0)',
        to: 'clock.now(), last?.timeMs ?? 0, ...deps.map((dep) => index.head(dep.feed).timeMs))',
      },
    ],
    attack: 'livesInTheFuture',
    harm: /^future: /,
  },
  {
    check: 'a room is founded by whom the ticket names',
    changes: [
      {
        file: 'src/room/room-state.js',
        from: 'if (ticket && genesis.certificate.member !== ticket.founder)',
        to: 'if (false)',
      },
    ],
    attack: 'luresIn',
    harm: /^lured: /,
  },
]
