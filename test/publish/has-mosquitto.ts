/** Whether tests on Mosquitto run; one line says so where KERF_SKIP names it. */
export function hasMosquitto(): boolean {
  if (!(process.env['KERF_SKIP'] ?? '').split(',').includes('mosquitto')) return true;
  console.log('KERF_SKIP names mosquitto: tests on it are left out');
  return false;
}
