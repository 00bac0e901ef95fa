"""What every stage needs: functions, images, permissions, validation, and rules of our own."""
