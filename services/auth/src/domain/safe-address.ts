/** Whether an address is this host itself, which plain HTTP reaches without a network. */
const isLoopback = ({ hostname }: URL): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);

/** Whether keys may be fetched from an address: with plain HTTP anybody in between could forge. */
export const isSafeAddress = (address: string, allowHttp: boolean): boolean => {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && (allowHttp || isLoopback(url)));
};
