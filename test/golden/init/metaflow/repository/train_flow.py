from metaflow import FlowSpec, Parameter, resources, step


class TrainFlow(FlowSpec):
    lr = Parameter("lr", default=0.1)

    @resources(memory=4000)
    @step
    def start(self):
        self.next(self.end)

    @step
    def end(self):
        print(self.lr)


if __name__ == "__main__":
    TrainFlow()
