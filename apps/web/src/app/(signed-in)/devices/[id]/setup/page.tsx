import { SetupPage } from '../../../../../features/devices/setup-page.tsx';

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <SetupPage id={(await params).id} />;
}
