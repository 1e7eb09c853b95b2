/** Longest address that SMTP can carry (RFC 5321). */
export const EMAIL_LENGTH_MAX = 254;

const LOCAL_PART = /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}$/;
const DOMAIN_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** The form in which addresses are stored and compared, so that case and stray blanks make no second account. */
export const normaliseEmail = (text: string): string => text.trim().toLowerCase();

/**
 * True for a normalised address that mail could be sent to: an ASCII local part and a domain of at least two
 * labels. Other scripts are refused, because look-alike letters would pass for somebody else's address.
 */
export const isEmailAddress = (email: string): boolean => {
  if (email.length > EMAIL_LENGTH_MAX) return false;
  const at = email.lastIndexOf('@');
  const labels = email.slice(at + 1).split('.');
  return (
    at > 0 &&
    LOCAL_PART.test(email.slice(0, at)) &&
    labels.length >= 2 &&
    labels.every((label) => DOMAIN_LABEL.test(label))
  );
};
