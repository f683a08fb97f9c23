// Written by `cargo run -p mortise-bindings` from `wit/v1`. Change that, not this.

import type { Answer } from "./answer.ts";
import type { Attributes, Instant, Text } from "./types.ts";

/** How urgent a message is. */
export type Severity =
  | "info"
  | "warning"
  | "critical";

/** A fact shown as name and value. */
export interface Fact {
  name: Text;
  value: string;
}

/** A file that goes along. */
export interface Attachment {
  name: string;
  mediaType: string;
  content: Uint8Array;
}

/** A message. A channel without de-duplication shows the subjects, so that a person recognises a repeat. */
export interface Message {
  /** What it is about, such as `order-confirmed`. */
  kind: string;
  severity: Severity;
  title: Text;
  body: Text;
  facts: Fact[];
  /** Numbers of the orders (or leads) it is about; several where the host merged messages. */
  subjects: string[];
  /** Whom it is for, in the channel's own ids; empty: everyone whom the channel reaches. */
  recipients: string[];
  /** Page to open; none: no link. */
  link?: string | undefined;
  attachments: Attachment[];
  /**
   * `possible-repeat`: numbers, with commas between, that an earlier attempt may have told already. Where the channel does not
   * find repeats by itself, the plugin tells the reader; where it does, the message must stay as it is.
   */
  attributes: Attributes;
}

/** What became of a message. */
export interface Receipt {
  /** The channel's id of the message, where it has one. */
  externalId?: string | undefined;
  /** Recipients whom the channel could not reach. */
  refused: string[];
  attributes: Attributes;
}

/** Who has read a message, as far as the channel tells. */
export interface ReadReceipt {
  externalId: string;
  recipient: string;
  at: Instant;
}

/** A channel to people: group robot, mail, text message. */
export interface Notifier {
  /** Sends the message in the reader's language (`context.locale`). */
  send(message: Message): Answer<Receipt>;
  /** Who has read these messages. A channel that does not know answers an empty list. */
  readReceipts?(externalIds: string[]): Answer<ReadReceipt[]>;
}
