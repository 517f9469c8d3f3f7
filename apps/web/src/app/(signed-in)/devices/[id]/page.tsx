import { DevicePage } from '../../../../features/devices/device-page.tsx';

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return <DevicePage id={id} />;
}
