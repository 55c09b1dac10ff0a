/** Credentials that cannot be had. The message is a sentence: what is wrong, where, and what would be right. */
export class CredentialsError extends Error {}
