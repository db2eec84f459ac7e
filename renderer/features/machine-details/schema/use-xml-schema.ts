/// <reference types="vite/client" />
import { useEffect, useState } from 'react';
import { XmlSchema, type SchemaTable } from './xml-schema.ts';

// Not a plain import: the compiler would work out a type for each of its hundreds of entries.
const [load] = Object.values(import.meta.glob<SchemaTable>('./libvirt-schema.json', { import: 'default' }));

/** libvirt's schema, loaded when it is first wanted; null until then. */
export function useXmlSchema(): XmlSchema | null {
  const [schema, setSchema] = useState<XmlSchema | null>(null);
  useEffect(() => {
    let isWanted = true;
    void load?.().then((table) => {
      if (isWanted) setSchema(new XmlSchema(table));
    });
    return () => {
      isWanted = false;
    };
  }, []);
  return schema;
}
