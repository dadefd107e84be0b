"""What an account has before a job can be sent to AWS Batch: a compute environment with a queue, and a bucket."""

import boto3

ec2, iam, batch, s3 = (boto3.client(name) for name in ("ec2", "iam", "batch", "s3"))
vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
group = ec2.create_security_group(GroupName="jobs", Description="jobs", VpcId=vpc)["GroupId"]
role = iam.create_role(RoleName="batch", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
profile = iam.create_instance_profile(InstanceProfileName="batch")["InstanceProfile"]["Arn"]
iam.add_role_to_instance_profile(InstanceProfileName="batch", RoleName="batch")
environment = batch.create_compute_environment(
    computeEnvironmentName="machines",
    type="MANAGED",
    serviceRole=role,
    computeResources={
        "type": "EC2",
        "minvCpus": 0,
        "maxvCpus": 8,
        "instanceTypes": ["m5.large"],
        "subnets": [subnet],
        "securityGroupIds": [group],
        "instanceRole": profile,
    },
)["computeEnvironmentArn"]
batch.create_job_queue(
    jobQueueName="gpu-queue",
    state="ENABLED",
    priority=1,
    computeEnvironmentOrder=[{"order": 1, "computeEnvironment": environment}],
)
s3.create_bucket(Bucket="flows", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
