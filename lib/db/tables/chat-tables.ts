import type { Generated } from 'kysely'

/** Conversations and what belongs to them. A part of the schema. */
export interface ChatTables {
  conversation: {
    id: string
    owner: string
    title: string
    /** Who named it. The site never changes a person's title. */
    title_source: Generated<'question' | 'model' | 'person'>
    active_leaf_id: string | null
    /** Counts every change but those of messages; a change names the revision it was made on. */
    revision: number
    created_at: number
    updated_at: number
    pinned_at: Generated<number | null>
    archived_at: Generated<number | null>
    /** Deleted by its owner, who can still undo it; erased after some time. */
    deleted_at: Generated<number | null>
    /** How it is to be answered, as JSON. */
    settings: Generated<string>
    folder_id: Generated<string | null>
    /** When its owner last did anything with it but asking, which is `updated_at`: unused ones are erased by the later. */
    touched_at: Generated<number>
  }
  message: {
    id: string
    conversation_id: string
    parent_id: string | null
    role: 'user' | 'assistant'
    parts: string
    status: 'complete' | 'running' | 'stopped' | 'interrupted' | 'failed'
    error: string | null
    model: string | null
    /** The model asked for this answer, where it is not that of its conversation. */
    model_asked: Generated<string | null>
    /** What its owner thinks of an answer. */
    rating: Generated<'good' | 'bad' | null>
    /** The first message that its model was sent, where not all of them fitted; may be gone by now. */
    context_from: Generated<string | null>
    created_at: number
  }
  run: {
    id: string
    message_id: string
    /** The first run of an answer is 0; each continuation is one more. */
    number: number
    /** `lost`: its process fell silent. Should that one come back, it may go on unless the answer was continued. */
    status: 'running' | 'lost' | 'ended'
    /** The length of the message's parts, as materialised in it. */
    seq: number
    heartbeat_at: number
    started_at: number
    ended_at: number | null
    /** When somebody asked, at whichever instance, that the run stop. */
    stop_requested_at: number | null
    /** When another instance last looked for news of the run. */
    watched_at: number | null
    receipt: string | null
  }
  /** What upstream answered, byte for byte. */
  run_raw: {
    run_id: string
    gzip_base64: string
    kept_at: number
  }
  /** A question that waits for the answer before it; see `lib/chat/question-queue.ts`. */
  queued_question: {
    /** Of the question, once it is asked. */
    id: string
    conversation_id: string
    /** Of its answer, once it is asked. */
    answer_id: string
    /** The answer it waits for. */
    below_id: string
    /** Its text, files and model, as JSON. */
    question: string
    revision: number
    /** 1: it is to be asked with its owner's own key, which is not kept. */
    has_own_key: number
    /** Why it waits for its owner instead, as JSON. */
    held: string | null
    created_at: number
  }
  /** What somebody attached, or a tool made; its bytes lie in the file store. See `lib/chat/files/`. */
  file: {
    id: string
    owner: string
    sha256: string
    /** As it was called when it came. A question keeps a name of its own for it. */
    name: string
    /** Told by its content. */
    media_type: string
    bytes: number
    /** Of images, in pixels, as they are seen. */
    width: number | null
    height: number | null
    /** Of PDFs. */
    pages: number | null
    /** Length of the text that was read out of it; null for images. */
    text_chars: number | null
    /** `arriving`: its bytes are being put away. `gone`: nobody's any more, its bytes are being removed. */
    status: 'arriving' | 'kept' | 'gone'
    created_at: number
    /** When it was last uploaded or attached. What no conversation uses goes a day after that. */
    touched_at: number
  }
  file_use: {
    conversation_id: string
    file_id: string
  }
  /** A branch as it was when its owner shared it. Whose it is, its conversation says. */
  share: {
    /** 128 random bits, 22 characters of base64url. */
    id: string
    conversation_id: string
    title: string
    /** What readers see, as JSON; see `share-contract.ts`. */
    messages: string
    created_at: number
    expires_at: number | null
  }
  /** Conversations that belong together, to their owner's mind. */
  folder: {
    id: string
    owner: string
    name: string
    /** 1: its conversations are folded away in the list. */
    collapsed: Generated<number>
    created_at: number
  }
  /** Texts to be found, folded; the newest has the highest id. A title has no message. See `search-text.ts`. */
  search_row: {
    id: Generated<number>
    conversation_id: string
    message_id: string | null
    owner: string
    text: string
    /** PostgreSQL only; SQLite has them in a full-text table beside. */
    grams: Generated<string>
  }
}
