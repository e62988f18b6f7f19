// A certificate's fingerprint in groups that two people can read to each other.

import styles from './add-gateway.module.css';

/** @param value `AB:CD:…` */
export function Fingerprint({ value }: { readonly value: string }) {
  const pairs = value.split(':');
  const groups = Array.from({ length: Math.ceil(pairs.length / 4) }, (_, index) =>
    pairs.slice(index * 4, index * 4 + 4).join(''),
  );
  return (
    <code className={styles['fingerprint']} dir="ltr">
      {groups.join(' ')}
    </code>
  );
}
