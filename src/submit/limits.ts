/** What a client may ask of us, as numbers. */

/** Octets of a command line with its line end; RFC 5321 §4.5.3.1.4 asks for 512, and parameters of extensions add to it. */
export const longestLine = 4096;

/** Recipients that have been accepted; RFC 5321 §4.5.3.1.8 asks for 100. */
export const maximumRecipients = 10_000;

/** Milliseconds without an octet of the client (RFC 5321 §4.5.3.2.7). */
export const idleTimeout = 300_000;

/** Commands that could not be understood, without a message in between: whoever says more does not speak SMTP. */
export const maximumMistakes = 20;

/** Digits of a size: with more, nobody could count to it. */
export const longestNumber = 15;

/** Octets of a message for a hub that names no limit: more than any hub takes, and less than fills a disk unseen. */
export const largestMessage = 1024 ** 3;
