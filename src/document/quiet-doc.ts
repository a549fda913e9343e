import * as Y from 'yjs'

export type DeleteSet = ReturnType<typeof Y.createDeleteSet>

/** The client id while nobody edits: Yjs changes the id of a document that meets its own id in an update of others. */
const nobody = 0
/** Yjs walks over what a transaction has typed piece by piece: longer ones make every edit slower. */
const editsAtOnce = 64

const never = new Promise<never>(() => {})
const noObservers: Y.Doc['_observers'] = new Map()
const noSubdocs: Y.Doc['subdocs'] = new Set()
const keepsAll = (): boolean => false

/**
 * A Yjs document of one root text to which nobody listens. Yjs makes a map and two arrays for each event all the same, and holds
 * a kilobyte of listeners and promises for who loads or syncs a document.
 *
 * Local edits share a transaction: to begin and end one takes Yjs longer than the edit in it.
 */
export class QuietDoc extends Y.Doc {
  /** What each edit of the open transaction has deleted. */
  #deleted: DeleteSet[] | undefined

  constructor() {
    // Documents are told apart by their files: Yjs would draw a random name for each, which takes longer than all else.
    super({ gc: false, gcFilter: keepsAll, guid: '' })
    this.clientID = nobody
    this._observers = noObservers
    this.subdocs = noSubdocs
    this.whenLoaded = never
    this.whenSynced = never
  }

  override emit(): void {}

  /** Makes changes in the name of a client, and returns what they delete. */
  edit(client: number, change: () => void): DeleteSet {
    if (this.#deleted?.length === editsAtOnce) this.endEdits()
    const transaction = (this._transaction ??= new Y.Transaction(this, null, true))
    const deleted = Y.createDeleteSet()
    transaction.deleteSet = deleted
    this.#deleted ??= []
    this.#deleted.push(deleted)
    this.clientID = client
    try {
      change()
    } finally {
      this.clientID = nobody
    }
    return deleted
  }

  /** Joins what was typed piece by piece. */
  endEdits(): void {
    const transaction = this._transaction
    if (!transaction) return
    transaction.deleteSet = Y.mergeDeleteSets(this.#deleted!)
    this.#deleted = undefined
    this._transaction = null
    // At the end of a transaction Yjs ends all that have gathered behind it.
    this.transact(() => this._transactionCleanups.push(transaction))
  }

  /** Takes over what others have made. */
  integrate(change: (transaction: Y.Transaction) => void): void {
    this.endEdits()
    Y.transact(this, change, null, false)
  }
}
